import { and, eq, isNull, sql } from "drizzle-orm";
import { type Db, transaction } from "@/db/client";
import { users } from "@/db/schema/people";
import { invitations } from "@/db/schema/workspaces";
import * as instance from "@/server/membership/instance/queries";
import { env } from "@/server/platform/env";

/** Why an address gets no session: an operator keeps its person out, or it may make no account. */
export type EntryRefusal = "deactivated" | "sign_up_closed";

/**
 * Says whether the person of an address may come in: a person with an account unless it is deactivated, and a new one
 * where the sign-up settings let them. Null: they may.
 */
export function refusalOfEntry(email: string): Promise<EntryRefusal | null> {
  return transaction("read", {}, async (db) => {
    const [person] = await db.select({ deactivatedAt: users.deactivatedAt }).from(users).where(eq(users.email, email));
    if (person) return person.deactivatedAt ? "deactivated" : null;
    return (await isSignUpAllowed(db, email)) ? null : "sign_up_closed";
  });
}

/** Returns whether an address may make an account. Those in OPERATORS always may. */
async function isSignUpAllowed(db: Db, email: string): Promise<boolean> {
  if (env().operators.includes(email)) return true;
  const { signUp, signUpDomains } = await instance.settings(db);
  if (signUp === "all") return true;
  const domain = email.slice(email.lastIndexOf("@") + 1);
  return (signUp === "domains" && signUpDomains.includes(domain)) || isInvited(db, email);
}

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
