import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { accounts, users } from "@/db/schema/people";

/**
 * Returns the id of the provider that the person of an address has to sign in with; null: they choose. A domain's rule holds for
 * accounts and for addresses without one, not for the break-glass operator, and not for subdomains.
 */
export async function requiredProvider(email: string, db: Db = database()): Promise<string | null> {
  const [row] = await db.execute<{ provider: string }>(sql`
    select r.provider from sign_in_rules r where r.domain = substring(${email}::text from '[^@]*$')
      and not exists (
        select from instance_settings s join users u on u.id = s.break_glass where u.email = ${email})`);
  return row?.provider ?? null;
}

/** Returns a person's address; undefined: there is no such person, or their account is erased. */
export async function addressOf(userId: string): Promise<string | undefined> {
  const [row] = await database().select({ email: users.email }).from(users).where(eq(users.id, userId));
  return row?.email ?? undefined;
}

/**
 * Returns whose account a provider that is required of an address may be linked to by that address: one whose address is verified, that
 * is not deactivated, and that has no account of this provider yet: an address that was given to another person there opens nothing of the former's.
 */
export async function linkableByAddress(db: Db, email: string, provider: string): Promise<string | undefined> {
  const [row] = await db
    .select({ id: users.id })
    .from(users)
    .leftJoin(accounts, and(eq(accounts.userId, users.id), eq(accounts.provider, provider)))
    .where(
      and(
        eq(users.email, email),
        isNotNull(users.emailVerified),
        isNull(users.deactivatedAt),
        isNull(accounts.providerAccountId),
      ),
    );
  return row?.id;
}
