import { z } from "zod";
import { cursor, several } from "@/server/api/input";
import { keyActions } from "@/server/members/offboarding/input";

/** How many days a review is open. */
export const reviewDays = 14;

/** How many days before its end those whose access it ends are warned. */
export const warningDays = 3;

/** After how many days without a sign-in or a request a member is in a review. */
export const staleDays = 90;

/** How many members a review has at most, and how many keys. */
export const mostReviewed = 5_000;

/** How many items of a closed review a page has, so that it prints as a whole where there are no more. */
export const mostPrinted = 500;

const reviewId = z.uuid();

export const oneReview = z.strictObject({ reviewId });

export const listReviews = z.strictObject({ after: cursor, before: cursor });

const reviewKinds = ["member", "key"] as const;

export const listItems = z.strictObject({
  reviewId,
  kind: z.enum(reviewKinds),
  /** Only those nothing is decided of. */
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
  /** What becomes of the keys of those who are removed; left out: what the workspace has chosen. */
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
