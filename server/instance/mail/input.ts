import { z } from "zod";
import { cursor } from "@/server/api/input";

export const mailStates = ["waiting", "failed"] as const;
export type MailState = (typeof mailStates)[number];

/** A page of the mails that failed: those that are tried again, or those that were given up. */
export const listMails = z.strictObject({
  state: z.enum(mailStates).default("waiting"),
  after: cursor,
  before: cursor,
});

/** A page of the addresses that no mail is sent to. */
export const listSuppressed = z.strictObject({ after: cursor, before: cursor });

/** Which of them to send mail to again. */
export const allowAddress = z.strictObject({ addressId: z.uuid() });

/** Which waiting mail to try at once; without one, all. */
export const retryMails = z.strictObject({ mailId: z.uuid().optional() });
