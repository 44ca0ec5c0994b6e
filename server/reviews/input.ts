import { z } from "zod";
import { cursor, several } from "@/server/api/input";
import { keyActions } from "@/server/members/offboarding/input";

/** How many days a review is open. */
export const reviewDays = 14;

/** How many days before its end the people are warned whose access it ends. */
export const warningDays = 3;

/** After this many days without a sign-in or a request, a member is in a review. */
export const staleDays = 90;

/** The most members, and the most keys, of a review. */
export const mostReviewed = 5_000;

/** How many items of a closed review are on one page, so that it can usually be printed as a whole. */
export const mostPrinted = 500;

const reviewId = z.uuid();

export const oneReview = z.strictObject({ reviewId });

export const listReviews = z.strictObject({ after: cursor, before: cursor });

const reviewKinds = ["member", "key"] as const;

export const listItems = z.strictObject({
  reviewId,
  kind: z.enum(reviewKinds),
  /** Only undecided items. */
  state: z.enum(["", "undecided"]).default(""),
  after: cursor,
  before: cursor,
});

export const setPlan = z.strictObject({
  quarterly: z.enum(["on", "off"], { error: "Choose whether access is reviewed." }),
});

export const decideMembers = z.strictObject({
  reviewId,
  userIds: several(z.uuid()),
  change: z.enum(["confirm", "remove"], { error: "Choose what to do." }),
  /** What happens to the keys of removed members; left out: the workspace's default. */
  keys: z.enum(keyActions, { error: "Choose what happens to the keys." }).optional(),
});

const keyId = z.string().regex(/^[0-9A-Za-z]{12}$/);

export const decideKeys = z.strictObject({
  reviewId,
  keyIds: several(keyId),
  change: z.enum(["confirm", "disable", "revoke"], { error: "Choose what to do." }),
});

export const restoreMember = z.strictObject({ reviewId, userId: z.uuid() });

export const restoreKey = z.strictObject({ reviewId, keyId });
