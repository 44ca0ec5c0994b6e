import { and, asc, eq, gt, isNull, ne, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accountEvents } from "@/db/schema/audit";
import { operators } from "@/db/schema/instance";
import { users } from "@/db/schema/people";

export type OperatorSource = (typeof operators.$inferSelect)["source"];

const isActive = and(isNull(users.deletedAt), isNull(users.deactivatedAt));

/** Checks whether a person runs this instance now. */
export async function isOperator(db: Db, userId: string): Promise<boolean> {
  const rows = await db
    .select({ userId: operators.userId })
    .from(operators)
    .innerJoin(users, eq(users.id, operators.userId))
    .where(and(eq(operators.userId, userId), isActive));
  return rows.length > 0;
}

/** Takes the lock that every change of who is operator holds until its transaction ends. Taken before any other lock. */
export async function lockOperators(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended('operators', 0))`);
}

/**
 * Checks whether an operator besides this person could go on. While domains have to sign in with a provider, or passkeys are required, none could do
 * without the break-glass operator. Only true for as long as the lock is held.
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

/** Checks whether a person is the break-glass operator while sign-in is restricted so that only they could be left to undo it. */
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

/** Makes a person an operator. False when they are one already. */
export async function add(db: Db, userId: string, source: OperatorSource, addedBy: string | null): Promise<boolean> {
  const rows = await db
    .insert(operators)
    .values({ userId, source, addedBy })
    .onConflictDoNothing()
    .returning({ userId: operators.userId });
  return rows.length > 0;
}

/** Makes a person an operator no longer. False when they were none. */
export async function remove(db: Db, userId: string): Promise<boolean> {
  const rows = await db.delete(operators).where(eq(operators.userId, userId)).returning({ userId: operators.userId });
  return rows.length > 0;
}

/** Returns the operators in the order in which they became it, at most `limit`, after one of them. */
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
