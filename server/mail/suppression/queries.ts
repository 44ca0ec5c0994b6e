import { eq, lt, sql } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { operators } from "@/db/schema/instance";
import { mailEvents, type SuppressionReason, suppressedAddresses } from "@/db/schema/mail";
import { users } from "@/db/schema/people";
import { env } from "@/server/platform/env";

/** Has no more mail sent to an address. One that is suppressed already stays as it is. */
export async function suppress(
  db: Db,
  values: { email: string; reason: SuppressionReason; detail: string | null },
): Promise<void> {
  await db.insert(suppressedAddresses).values(values).onConflictDoNothing();
}

/**
 * Returns why no mail is sent to an address; undefined: mail is. A sign-in link for an operator is always sent: no other person may be able to
 * allow the address again. One of `OPERATORS` is an operator before they have ever signed in.
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

/** Notes an event of the mail provider. Returns false when it was noted before. */
export async function noteEvent(db: Db, id: string): Promise<boolean> {
  const rows = await db.insert(mailEvents).values({ id }).onConflictDoNothing().returning({ id: mailEvents.id });
  return rows.length > 0;
}

/** Forgets events of more than a day ago: their signatures are too old by then. Returns how many. */
export async function forgetOldEvents(db: Db): Promise<number> {
  const rows = await db
    .delete(mailEvents)
    .where(lt(mailEvents.receivedAt, sql`now() - interval '1 day'`))
    .returning({ id: mailEvents.id });
  return rows.length;
}
