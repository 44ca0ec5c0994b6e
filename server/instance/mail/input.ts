import { z } from "zod";
import { cursor } from "@/server/api/input";

export const mailStates = ["waiting", "failed"] as const;
export type MailState = (typeof mailStates)[number];

/** A page of the failed mails: those that are retried, or those that were given up. */
export const listMails = z.strictObject({
  state: z.enum(mailStates).default("waiting"),
  after: cursor,
  before: cursor,
});

/** A page of the suppressed addresses, to which no mail is sent. */
export const listSuppressed = z.strictObject({ after: cursor, before: cursor });

/** The suppressed address to allow again. */
export const allowAddress = z.strictObject({ addressId: z.uuid() });

/** The waiting mail to try at once; without an id, all. */
export const retryMails = z.strictObject({ mailId: z.uuid().optional() });
