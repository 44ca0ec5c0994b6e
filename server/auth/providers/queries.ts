import { and, asc, eq, lt, sql } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { accounts, users } from "@/db/schema/people";
import { signInProviders, signInTests } from "@/db/schema/sign-in";
import { isAddedId } from "./environment";

/** An account at a provider. */
export type ProviderAccount = { provider: string; providerAccountId: string };

/** Returns the id of the person who has linked a provider's account; undefined when there is none. */
export async function ownerOf(account: ProviderAccount, db: Db = database()): Promise<string | undefined> {
  const { provider, providerAccountId } = account;
  const [row] = await db
    .select({ userId: accounts.userId })
    .from(accounts)
    .where(and(eq(accounts.provider, provider), eq(accounts.providerAccountId, providerAccountId)));
  return row?.userId;
}

/**
 * Links a provider's account to a signed-in person. Returns false when it is linked already, to them or to another
 * person.
 */
export async function link(db: Db, userId: string, account: ProviderAccount): Promise<boolean> {
  const rows = await db
    .insert(accounts)
    .values({ ...account, userId, type: "oauth", beganAccount: false })
    .onConflictDoNothing()
    .returning({ userId: accounts.userId });
  return rows.length > 0;
}

/** Returns the enabled providers that operators added, ordered by name. */
export async function listEnabled(db: Db): Promise<{ id: string; name: string }[]> {
  return db
    .select({ id: signInProviders.id, name: signInProviders.name })
    .from(signInProviders)
    .where(eq(signInProviders.isEnabled, true))
    .orderBy(asc(sql`lower(${signInProviders.name})`));
}

/** Returns a provider that operators added, enabled or not; undefined: there is none. */
export async function findAdded(id: string): Promise<typeof signInProviders.$inferSelect | undefined> {
  const [row] = await database().select().from(signInProviders).where(eq(signInProviders.id, id));
  return row;
}

/**
 * Checks whether a session may begin with a provider, and keeps it so until the transaction ends: operators who disable
 * or delete the provider wait for it, and then end that session too. Those of the environment always may.
 */
export async function holdEnabled(db: Db, id: string): Promise<boolean> {
  if (!isAddedId(id)) return true;
  await db.execute(sql`select pg_advisory_xact_lock_shared(${signInsOf(id)})`);
  const [row] = await db
    .select({ isEnabled: signInProviders.isEnabled })
    .from(signInProviders)
    .where(eq(signInProviders.id, id));
  return row?.isEnabled === true;
}

/** Waits for the sign-ins with a provider that are under way, and keeps others waiting until the transaction ends. */
export async function holdSignIns(db: Db, id: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${signInsOf(id)})`);
}

const signInsOf = (id: string) => sql`hashtextextended(${`sign-ins of ${id}`}, 0)`;

/** Checks whether an account has this address. */
export async function hasAccount(email: string): Promise<boolean> {
  const rows = await database().select({ id: users.id }).from(users).where(eq(users.email, email));
  return rows.length > 0;
}

/** Stores the result of a person's test of a provider, in place of their earlier one. */
export async function keepTest(db: Db, userId: string, provider: string, resultSealed: Buffer): Promise<void> {
  const values = { provider, resultSealed, createdAt: sql`now()` };
  await db
    .insert(signInTests)
    .values({ userId, ...values })
    .onConflictDoUpdate({ target: signInTests.userId, set: values });
}

/** Returns the result of a person's last test of a provider, if it is at most 15 minutes old. */
export async function findTest(db: Db, userId: string, provider: string): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ resultSealed: signInTests.resultSealed })
    .from(signInTests)
    .where(
      and(
        eq(signInTests.userId, userId),
        eq(signInTests.provider, provider),
        sql`${signInTests.createdAt} > now() - interval '15 minutes'`,
      ),
    );
  return row?.resultSealed;
}

/** Deletes the results of tests that are no longer shown. Returns how many it deleted. */
export async function forgetTests(db: Db): Promise<number> {
  const gone = await db
    .delete(signInTests)
    .where(lt(signInTests.createdAt, sql`now() - interval '15 minutes'`))
    .returning({ userId: signInTests.userId });
  return gone.length;
}
