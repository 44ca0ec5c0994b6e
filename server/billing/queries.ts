import { and, count, eq, ilike, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { budgets, type SpendSpan, spendAlerts, spendCounters } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { memberships, workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { escapeLike } from "@/server/api/like";

/** The first day of the month in UTC, by the database's clock. */
const thisMonth = sql`date_trunc('month', now() at time zone 'UTC')::date`;

/** The spent and reserved amounts of a month, in micro-units. */
export type Spend = { spent: number; reserved: number };

/** Returns the workspace's monthly limit in micro-units, and the percentages of it at which people are mailed. */
export async function settings(db: Db, workspaceId: string): Promise<{ limit: number | null; thresholds: number[] }> {
  const [row] = await db
    .select({ limit: workspaces.monthlyLimit, thresholds: workspaces.alertThresholds })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row ?? { limit: null, thresholds: [] };
}

/** Returns the workspace's monthly spending ceiling, set by operators, in micro-units; null: no ceiling. */
export async function ceiling(db: Db, workspaceId: string): Promise<number | null> {
  const [row] = await db
    .select({ amount: budgets.amount })
    .from(budgets)
    .where(and(eq(budgets.workspaceId, workspaceId), eq(budgets.whose, "ceiling"), eq(budgets.span, "month")));
  return row?.amount ?? null;
}

/** Returns the database's time, and the first day of its month: "2026-11-01". */
export async function clock(db: Db): Promise<{ now: Date; period: string }> {
  const [row] = await db.execute<{ ms: number; period: string }>(
    sql`select (extract(epoch from now()) * 1000)::float8 as ms, ${thisMonth}::text as period`,
  );
  return { now: new Date(row?.ms ?? 0), period: row?.period ?? "" };
}

/** Returns the spent and reserved amounts of a counter ("workspace", "member:ID", "key:ID") this month. */
export async function spend(db: Db, workspaceId: string, subject: string): Promise<Spend> {
  const [row] = await db
    .select({ spent: spendCounters.spent, reserved: spendCounters.reserved })
    .from(spendCounters)
    .where(
      and(
        eq(spendCounters.workspaceId, workspaceId),
        eq(spendCounters.span, "month"),
        eq(spendCounters.period, thisMonth),
        eq(spendCounters.subject, subject),
      ),
    );
  return row ?? { spent: 0, reserved: 0 };
}

/** Returns the workspace's spend in the last twelve earlier months that had any, latest first. */
export async function earlierMonths(db: Db, workspaceId: string): Promise<{ month: string; spent: number }[]> {
  return db
    .select({ month: sql<string>`to_char(${spendCounters.period}, 'YYYY-MM')`, spent: spendCounters.spent })
    .from(spendCounters)
    .where(
      and(
        eq(spendCounters.workspaceId, workspaceId),
        eq(spendCounters.span, "month"),
        eq(spendCounters.subject, "workspace"),
        sql`${spendCounters.period} < ${thisMonth} and ${spendCounters.spent} > 0`,
      ),
    )
    .orderBy(sql`${spendCounters.period} desc`)
    .limit(12);
}

/** Sets the workspace's monthly limit in micro-units; null removes it. The caller holds the workspace's lock. */
export async function setLimit(db: Db, workspaceId: string, limit: number | null): Promise<void> {
  await db.update(workspaces).set({ monthlyLimit: limit }).where(eq(workspaces.id, workspaceId));
}

/** Sets the percentages of the limit at which people are mailed. */
export async function setThresholds(db: Db, workspaceId: string, thresholds: number[]): Promise<void> {
  await db.update(workspaces).set({ alertThresholds: thresholds }).where(eq(workspaces.id, workspaceId));
}

/**
 * Deletes the record of a limit's alerts in this span for thresholds that are no longer passed under a new limit, so
 * that they can be mailed again.
 */
export async function rearmAlerts(
  db: Db,
  workspaceId: string,
  { whose, span, limit, spent }: { whose: string; span: SpendSpan; limit: number; spent: number },
): Promise<void> {
  await db
    .delete(spendAlerts)
    .where(
      and(
        eq(spendAlerts.workspaceId, workspaceId),
        eq(spendAlerts.whose, whose),
        eq(spendAlerts.span, span),
        sql`${spendAlerts.period} >= period_of(${span}, now())`,
        sql`${spendAlerts.threshold} * ${limit}::bigint > ${spent}::bigint * 100`,
      ),
    );
}

/** Returns a member's name and monthly limit; undefined when the person is not a member. */
export async function member(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ name: string; limit: number | null } | undefined> {
  const [row] = await db
    .select({ name: users.name, limit: memberships.monthlyLimit })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
  return row;
}

/** Sets the monthly spending limit of a member's own keys, in micro-units; null removes it. */
export async function setMemberLimit(db: Db, workspaceId: string, userId: string, limit: number | null): Promise<void> {
  await db
    .update(memberships)
    .set({ monthlyLimit: limit })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}

export type MemberSpend = Spend & {
  userId: string;
  name: string;
  email: string;
  avatar: string | null;
  role: Role;
  limit: number | null;
};

const pageSize = 50;

/** Returns a page of the members with their spend of this month and their limit, highest spend first. */
export async function members(
  db: Db,
  workspaceId: string,
  query: Place & { search: string },
): Promise<Page<MemberSpend>> {
  const isBackward = query.before !== undefined;
  const from = decodeCursor(query.before ?? query.after, [/^\d{1,18}$/, keyParts.uuid]);
  const spent = sql`coalesce(${spendCounters.spent}, 0)`;
  const order = isBackward ? sql`asc` : sql`desc`;
  const rows = await db
    .select({
      userId: memberships.userId,
      name: users.name,
      email: sql<string>`coalesce(${users.email}, '')`,
      avatar: users.avatar,
      role: memberships.role,
      limit: memberships.monthlyLimit,
      spent: spent.mapWith(Number),
      reserved: sql`coalesce(${spendCounters.reserved}, 0)`.mapWith(Number),
      sortKey: sql<string>`${spent}::text`,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .leftJoin(
      spendCounters,
      and(
        eq(spendCounters.workspaceId, workspaceId),
        eq(spendCounters.span, "month"),
        eq(spendCounters.period, thisMonth),
        sql`${spendCounters.subject} = 'member:' || ${memberships.userId}`,
      ),
    )
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        matching(query.search),
        from
          ? sql`(${spent}, ${memberships.userId}) ${isBackward ? sql`>` : sql`<`} (${from[0]}::bigint, ${from[1]}::uuid)`
          : undefined,
      ),
    )
    .orderBy(sql`${spent} ${order}, ${memberships.userId} ${order}`)
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, query, (row) => [row.sortKey, row.userId]);
  return { ...page, rows: page.rows.map(({ sortKey, ...row }) => row) };
}

/** Returns how many members match a search. */
export async function countMembers(db: Db, workspaceId: string, search: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), matching(search)));
  return row?.n ?? 0;
}

function matching(search: string): SQL | undefined {
  if (!search) return undefined;
  const pattern = `%${escapeLike(search)}%`;
  return or(ilike(users.name, pattern), ilike(users.email, pattern));
}
