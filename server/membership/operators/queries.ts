import { and, asc, eq, gt, isNull, ne, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accountEvents } from "@/db/schema/audit";
import { operators } from "@/db/schema/instance";
import { users } from "@/db/schema/people";

export type OperatorSource = (typeof operators.$inferSelect)["source"];

const isActive = and(isNull(users.deletedAt), isNull(users.deactivatedAt));

/** Checks whether a person is an operator now. */
export async function isOperator(db: Db, userId: string): Promise<boolean> {
  const rows = await db
    .select({ userId: operators.userId })
    .from(operators)
    .innerJoin(users, eq(users.id, operators.userId))
    .where(and(eq(operators.userId, userId), isActive));
  return rows.length > 0;
}

/** Takes the lock for changes of the operators, until the transaction ends. It is taken before any other lock. */
export async function lockOperators(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended('operators', 0))`);
}

/**
 * Checks whether another operator could still act without this person. While domains must sign in with a provider, or
 * passkeys are required, the break-glass operator cannot be spared. The result is certain only while the lock is held.
 */
export async function hasOtherOperator(db: Db, userId: string): Promise<boolean> {
  const rows = await db
    .select({ userId: operators.userId })
    .from(operators)
    .innerJoin(users, eq(users.id, operators.userId))
    .where(and(ne(operators.userId, userId), isActive, isDispensable(userId)))
    .limit(1);
  return rows.length > 0;
}

const isDispensable = (userId: string) => sql`not exists (
  select from instance_settings s where s.break_glass = ${userId}::uuid and (
    s.passkeys_required_of <> 'none' or exists (select from sign_in_rules)))`;

/**
 * Checks whether a person is the break-glass operator while sign-in is restricted, so that perhaps only they could undo
 * the restriction.
 */
export async function isBreakGlassNeeded(db: Db, userId: string): Promise<boolean> {
  const [row] = await db.execute<{ is: boolean }>(sql`
    select exists (select from instance_settings s where s.break_glass = ${userId}::uuid and (
      s.passkeys_required_of <> 'none' or not s.is_mail_link_on or exists (select from sign_in_rules))) as is`);
  return row?.is === true;
}

/** Checks whether there is or was an operator. */
export async function hasAny(db: Db): Promise<boolean> {
  const rows = await db.select({ userId: operators.userId }).from(operators).limit(1);
  return rows.length > 0;
}

/** Checks whether a person besides this one has ever signed in here. */
export async function hasAnotherSignedIn(db: Db, userId: string): Promise<boolean> {
  const rows = await db
    .select({ id: accountEvents.id })
    .from(accountEvents)
    .where(and(eq(accountEvents.action, "account.signed_in"), ne(accountEvents.userId, userId)))
    .limit(1);
  return rows.length > 0;
}

/** Makes a person an operator. False: they already are one. */
export async function add(db: Db, userId: string, source: OperatorSource, addedBy: string | null): Promise<boolean> {
  const rows = await db
    .insert(operators)
    .values({ userId, source, addedBy })
    .onConflictDoNothing()
    .returning({ userId: operators.userId });
  return rows.length > 0;
}

/** Removes a person from the operators. False: they were not an operator. */
export async function remove(db: Db, userId: string): Promise<boolean> {
  const rows = await db.delete(operators).where(eq(operators.userId, userId)).returning({ userId: operators.userId });
  return rows.length > 0;
}

/** Returns operators in the order in which they were added, at most `limit`, after a given one. */
export async function list(db: Db, limit: number, after?: { createdAt: string; userId: string }) {
  return db
    .select({
      userId: operators.userId,
      name: users.name,
      email: users.email,
      source: operators.source,
      createdAt: operators.createdAt,
      isDeactivated: sql<boolean>`${users.deactivatedAt} is not null`,
    })
    .from(operators)
    .innerJoin(users, eq(users.id, operators.userId))
    .where(
      after
        ? or(
            gt(operators.createdAt, sql`${after.createdAt}::timestamptz`),
            and(eq(operators.createdAt, sql`${after.createdAt}::timestamptz`), gt(operators.userId, after.userId)),
          )
        : undefined,
    )
    .orderBy(asc(operators.createdAt), asc(operators.userId))
    .limit(limit);
}
