import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { accounts, users } from "@/db/schema/people";

/**
 * Returns the id of the provider with which the person of an address must sign in; null: they choose. A domain's rule
 * applies to accounts and to addresses without one, but not to the break-glass operator and not to subdomains.
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
 * Returns the id of the account to which a required provider may be linked by its address. The account's address must
 * be verified, it must not be deactivated, and it must have no account of this provider yet: an address that the
 * organization has given to a new person must not open the account of the former one.
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
