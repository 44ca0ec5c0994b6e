import { eq, lt, sql } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { operators } from "@/db/schema/instance";
import { mailEvents, type SuppressionReason, suppressedAddresses } from "@/db/schema/mail";
import { users } from "@/db/schema/people";
import { env } from "@/server/platform/env";

/** Suppresses an address: no more mail is sent to it. Does nothing if it is already suppressed. */
export async function suppress(
  db: Db,
  values: { email: string; reason: SuppressionReason; detail: string | null },
): Promise<void> {
  await db.insert(suppressedAddresses).values(values).onConflictDoNothing();
}

/**
 * Returns why an address is suppressed for this template; undefined: mail is sent. A sign-in link for an operator is
 * always sent, because perhaps only they can remove the suppression. An address in `OPERATORS` counts as an operator's
 * even before the first sign-in.
 */
export async function findSuppression(email: string, template: string): Promise<SuppressionReason | undefined> {
  const [row] = await database()
    .select({
      reason: suppressedAddresses.reason,
      isOperators: sql<boolean>`exists (select from ${operators} o join ${users} u on u.id = o.user_id
        where u.email = ${email})`,
    })
    .from(suppressedAddresses)
    .where(eq(suppressedAddresses.email, email));
  if (template === "sign-in" && (row?.isOperators || env().operators.includes(email))) return undefined;
  return row?.reason;
}

/** Stores the id of an event of the mail provider. False: it was already stored. */
export async function noteEvent(db: Db, id: string): Promise<boolean> {
  const rows = await db.insert(mailEvents).values({ id }).onConflictDoNothing().returning({ id: mailEvents.id });
  return rows.length > 0;
}

/** Deletes events that are older than a day, because their signatures are no longer accepted. Returns their number. */
export async function forgetOldEvents(db: Db): Promise<number> {
  const rows = await db
    .delete(mailEvents)
    .where(lt(mailEvents.receivedAt, sql`now() - interval '1 day'`))
    .returning({ id: mailEvents.id });
  return rows.length;
}
