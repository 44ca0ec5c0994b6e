import { and, asc, eq, inArray, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accounts, sessions, users } from "@/db/schema/people";
import { signInProviders } from "@/db/schema/sign-in";

/** A provider as shown to operators, without its secret. */
export type ShownProvider = Omit<typeof signInProviders.$inferSelect, "secretSealed" | "createdAt">;

/** The most providers that can be added. */
export const mostProviders = 50;

const columns = {
  ...{ id: signInProviders.id, name: signInProviders.name, issuer: signInProviders.issuer },
  ...{ protocol: signInProviders.protocol, signInUrl: signInProviders.signInUrl },
  ...{ certificates: signInProviders.certificates, subjectClaim: signInProviders.subjectClaim },
  ...{ signsRequests: signInProviders.signsRequests, signOutUrl: signInProviders.signOutUrl },
  ...{ clientId: signInProviders.clientId, scope: signInProviders.scope, trustEmail: signInProviders.trustEmail },
  ...{ emailClaim: signInProviders.emailClaim, clientAuthentication: signInProviders.clientAuthentication },
  ...{ isEnabled: signInProviders.isEnabled, groupsClaim: signInProviders.groupsClaim },
  ...{ isMissingNone: signInProviders.isMissingNone, changedAt: signInProviders.changedAt },
};

/** Returns all providers, by name. */
export async function list(db: Db): Promise<ShownProvider[]> {
  return db
    .select(columns)
    .from(signInProviders)
    .orderBy(asc(sql`lower(${signInProviders.name})`))
    .limit(mostProviders);
}

/** Returns a provider. */
export async function find(db: Db, id: string): Promise<ShownProvider | undefined> {
  const [row] = await db.select(columns).from(signInProviders).where(eq(signInProviders.id, id));
  return row;
}

/** Returns a provider and locks its row until the transaction ends. */
export async function hold(db: Db, id: string): Promise<ShownProvider | undefined> {
  const [row] = await db.select(columns).from(signInProviders).where(eq(signInProviders.id, id)).for("update");
  return row;
}

type Values = Omit<
  typeof signInProviders.$inferInsert,
  "isEnabled" | "changedAt" | "createdAt" | "groupsClaim" | "isMissingNone"
>;

/** Adds a provider, disabled. Returns false when there is one with this name or id. */
export async function add(db: Db, values: Values): Promise<boolean> {
  const rows = await db
    .insert(signInProviders)
    .values(values)
    .onConflictDoNothing()
    .returning({ id: signInProviders.id });
  return rows.length > 0;
}

/** Checks whether another provider has this name. */
export async function isNameTaken(db: Db, name: string, but: string): Promise<boolean> {
  const rows = await db
    .select({ id: signInProviders.id })
    .from(signInProviders)
    .where(sql`lower(${signInProviders.name}) = lower(${name}) and ${signInProviders.id} <> ${but}`);
  return rows.length > 0;
}

/** Updates a provider; its issuer cannot change. Without `secretSealed` its secret is kept. */
export async function update(
  db: Db,
  id: string,
  values: Partial<Omit<Values, "id" | "protocol" | "issuer">>,
): Promise<void> {
  await db
    .update(signInProviders)
    .set({ ...values, changedAt: sql`now()` })
    .where(eq(signInProviders.id, id));
}

/** Sets whether a provider can sign people in. */
export async function setEnabled(db: Db, id: string, isEnabled: boolean): Promise<void> {
  await db.update(signInProviders).set({ isEnabled, changedAt: sql`now()` }).where(eq(signInProviders.id, id));
}

/**
 * Deletes a provider and unlinks it from all accounts, so that its id can never mean accounts of another provider.
 * Returns the people whose accounts were linked to it.
 */
export async function remove(db: Db, id: string): Promise<{ id: string; email: string | null }[]> {
  await db.delete(signInProviders).where(eq(signInProviders.id, id));
  const gone = db
    .$with("gone")
    .as(db.delete(accounts).where(eq(accounts.provider, id)).returning({ userId: accounts.userId }));
  return db
    .with(gone)
    .selectDistinct({ id: users.id, email: users.email })
    .from(users)
    .innerJoin(gone, eq(gone.userId, users.id));
}

/** How many people have linked a provider, and how many of them have neither a passkey nor another provider. */
export type Linked = { people: number; byMailOnly: number };

/** Counts the people who have linked each of these providers. */
export async function countLinked(db: Db, ids: string[]): Promise<Map<string, Linked>> {
  if (ids.length === 0) return new Map();
  const others = db.$with("others").as(
    db
      .select({
        userId: accounts.userId,
        provider: accounts.provider,
        // Columns have their full names, because drizzle leaves out the table when there is only one.
        isOnly: sql<boolean>`
          not exists (select from accounts a where a.user_id = accounts.user_id and a.provider <> accounts.provider)
          and not exists (select from passkeys p where p.user_id = accounts.user_id)`.as("is_only"),
      })
      .from(accounts)
      .where(inArray(accounts.provider, ids)),
  );
  const rows = await db
    .with(others)
    .select({
      provider: others.provider,
      people: sql<number>`count(distinct ${others.userId})::int`,
      byMailOnly: sql<number>`(count(distinct ${others.userId}) filter (where ${others.isOnly}))::int`,
    })
    .from(others)
    .groupBy(others.provider);
  return new Map(rows.map(({ provider, ...counts }) => [provider, counts]));
}

/** Counts the people whose sessions would end with a provider: those that it began, without the caller's own one. */
export async function countSignedIn(db: Db, id: string, keptSessionId: string): Promise<number> {
  const [row] = await db
    .select({ people: sql<number>`count(distinct ${sessions.userId})::int` })
    .from(sessions)
    .where(and(eq(sessions.provider, id), ne(sessions.id, keptSessionId), sql`${sessions.expires} > now()`));
  return row?.people ?? 0;
}

/** Ends the sessions that a provider began, without the caller's own one. Returns how many ended of each person. */
export async function endBegun(db: Db, id: string, keptSessionId: string): Promise<Map<string, number>> {
  const rows = await db
    .delete(sessions)
    .where(and(eq(sessions.provider, id), ne(sessions.id, keptSessionId)))
    .returning({ userId: sessions.userId });
  const people = new Map<string, number>();
  for (const { userId } of rows) people.set(userId, (people.get(userId) ?? 0) + 1);
  return people;
}
