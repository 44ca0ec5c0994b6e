import { and, eq, isNull, sql } from "drizzle-orm";
import { type Db, transaction } from "@/db/client";
import { users } from "@/db/schema/people";
import { invitations } from "@/db/schema/workspaces";
import * as instance from "@/server/membership/instance/queries";
import { env } from "@/server/platform/env";
import { limits } from "@/server/platform/throttling/limits";
import { hasRoom, take } from "@/server/platform/throttling/queries";

/**
 * Why an address gets no session: an operator has deactivated the account, sign-up is closed for the address, or
 * today's limit of new accounts is reached.
 */
export type EntryRefusal = "deactivated" | "sign_up_closed" | "too_many_accounts";

/**
 * Returns why the person of an address may not sign in; null: they may. A person with an account may unless it is
 * deactivated; a new one may if the sign-up settings allow their address.
 */
export function refusalOfEntry(email: string): Promise<EntryRefusal | null> {
  return transaction("read", {}, async (db) => {
    const [person] = await db.select({ deactivatedAt: users.deactivatedAt }).from(users).where(eq(users.email, email));
    if (person) return person.deactivatedAt ? "deactivated" : null;
    if (await isExpected(db, email)) return null;
    const { signUp, signUpDomains } = await instance.settings(db);
    const domain = email.slice(email.lastIndexOf("@") + 1);
    if (signUp === "invited" || (signUp === "domains" && !signUpDomains.includes(domain))) return "sign_up_closed";
    return (await hasRoom(db, limits.accountsPerInstance, "all")) ? null : "too_many_accounts";
  });
}

/** Counts a new account towards the daily limit. Returns false when the limit is exceeded. */
export function countAccount(email: string): Promise<boolean> {
  return transaction(
    "write",
    {},
    async (db) => (await isExpected(db, email)) || (await take(db, limits.accountsPerInstance, "all")) === 0,
  );
}

/**
 * Checks whether an address may always create an account: one in OPERATORS, or an invited one. Invitations have limits
 * of their own.
 */
const isExpected = async (db: Db, email: string): Promise<boolean> =>
  env().operators.includes(email) || isInvited(db, email);

async function isInvited(db: Db, email: string): Promise<boolean> {
  await db.execute(sql`select set_config('app.sign_up_address', ${email}, true)`);
  const rows = await db
    .select({ id: invitations.id })
    .from(invitations)
    .innerJoin(users, and(eq(users.id, invitations.invitedBy), isNull(users.deactivatedAt)))
    .where(and(eq(invitations.email, email), eq(invitations.status, "pending"), sql`${invitations.expiresAt} > now()`))
    .limit(1);
  return rows.length > 0;
}
