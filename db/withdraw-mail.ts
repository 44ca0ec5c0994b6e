import { and, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "./client";
import { mailOutbox } from "./schema/mail";

/**
 * Withdraws mails that wait, in the transaction that takes back what they tell of; one that is on its way arrives. Stands
 * here since the queries that take something back may import no others.
 */
export async function withdrawMail(db: Db, mails: { mailId: string | null }[]): Promise<void> {
  const ids = mails.flatMap(({ mailId }) => mailId ?? []);
  if (ids.length === 0) return;
  await db
    .update(mailOutbox)
    .set({ status: "failed", payload: null, settledAt: sql`now()`, lastError: "withdrawn" })
    .where(and(inArray(mailOutbox.id, ids), eq(mailOutbox.status, "queued")));
}
