import { and, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "./client";
import { mailOutbox } from "./schema/mail";

/**
 * Withdraws queued mails, in the transaction that undoes what they report. A mail that is being sent still arrives.
 * It is in db/ because the `queries.ts` files that need it may not import each other.
 */
export async function withdrawMail(db: Db, mails: { mailId: string | null }[]): Promise<void> {
  const ids = mails.flatMap(({ mailId }) => mailId ?? []);
  if (ids.length === 0) return;
  await db
    .update(mailOutbox)
    .set({ status: "failed", payload: null, settledAt: sql`now()`, lastError: "withdrawn" })
    .where(and(inArray(mailOutbox.id, ids), eq(mailOutbox.status, "queued")));
}
