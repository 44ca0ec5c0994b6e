import { z } from "zod";
import { cursor, listOrder, searchText, several } from "@/server/api/input";
import { lastDay } from "@/server/members/input";
import { role } from "@/server/membership/input";

const token = z.string().regex(/^[\w-]{43}$/);

/** The highest number that is counted, which is the most pending invitations of a workspace. */
export const mostCounted = 1_000;

export const invitationSorts = ["newest", "address", "expiry"] as const;

export type InvitationSort = (typeof invitationSorts)[number];

/** A page of the pending invitations. `search`: a part of the address. */
export const listInvitations = z.strictObject({
  search: searchText,
  sort: z.enum(invitationSorts).default("newest"),
  order: listOrder,
  after: cursor,
  before: cursor,
});

export const createInvitations = z.strictObject({
  emails: z
    .string({ error: "Enter at least one e-mail address." })
    .max(20_000, "That is too much text: invite at most 50 addresses at a time.")
    .refine((text) => text.trim() !== "", "Enter at least one e-mail address."),
  role,
  /** The last day of the membership in UTC; empty: no end. */
  until: lastDay,
});

/** Several invitations, and the action on each. */
export const manyInvitations = z.strictObject({
  invitationIds: several(z.uuid()),
  change: z.enum(["resend", "revoke"], { error: "Choose what to do." }),
});

export const oneInvitation = z.strictObject({ invitationId: z.uuid() });
export const heldInvitation = z.strictObject({ token });
