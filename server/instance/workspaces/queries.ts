import { and, asc, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaceFigures } from "@/db/schema/figures";
import { fineTuningJobs } from "@/db/schema/fine-tuning";
import { apiKeys } from "@/db/schema/keys";
import { budgets, type SpendSpan, spendCounters } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { usageHourly } from "@/db/schema/usage";
import { memberships, workspaces } from "@/db/schema/workspaces";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import type { WorkspaceSort, workspaceStates } from "./input";

export type WorkspaceRow = {
  id: string;
  slug: string;
  name: string;
  kind: "personal" | "organization";
  members: number;
  createdAt: Date;
  suspendedAt: Date | null;
  deletedAt: Date | null;
  /** The hour of the last request; null: there was none. */
  lastUsedAt: Date | null;
  /** This month's spend in micro-units; in lists, as of the last minute. */
  spent: number;
  /** The monthly ceiling; null: none. */
  ceiling: number | null;
};

const pageSize = 50;
const nameKey = sql`${workspaces.nameKey} collate "C"`;
const slugKey = sql`${workspaces.slug} collate "C"`;

type Key = { key: SQL; type: string; part: RegExp };

/** The orders of the list. An index has the rows in each order, so that a page reads only the rows it shows. */
const orders: Record<WorkspaceSort, { keys: Key[]; isDescending: boolean }> = {
  newest: {
    keys: [{ key: sql`${workspaces.createdAt}`, type: "timestamptz", part: keyParts.instant }],
    isDescending: true,
  },
  name: { keys: [{ key: nameKey, type: "text", part: keyParts.name }], isDescending: false },
  members: { keys: [{ key: sql`${workspaces.memberCount}`, type: "int", part: /^\d{1,9}$/ }], isDescending: true },
  // Spend of an earlier month counts as zero, and sorts after all of this month.
  spend: {
    keys: [
      { key: sql`${workspaceFigures.month}`, type: "date", part: /^\d{4}-\d{2}-\d{2}$/ },
      { key: sql`${workspaceFigures.spent}`, type: "bigint", part: /^\d{1,18}$/ },
    ],
    isDescending: true,
  },
  used: {
    keys: [
      {
        key: sql`${workspaceFigures.lastUsedAt}`,
        type: "timestamptz",
        part: /^(-infinity|\d{4,6}-\d{2}-\d{2} .{1,40})$/,
      },
    ],
    isDescending: true,
  },
};

const thisMonth = sql`date_trunc('month', now() at time zone 'UTC')::date`;

/**
 * Everything besides a row's own columns comes from its row of figures, which the list joins anyway, and from one
 * index.
 */
const columns = {
  id: workspaces.id,
  slug: workspaces.slug,
  name: workspaces.name,
  kind: workspaces.kind,
  members: workspaces.memberCount,
  createdAt: workspaces.createdAt,
  suspendedAt: workspaces.suspendedAt,
  deletedAt: workspaces.deletedAt,
  // It is stored by the hour; it is not shown as earlier than the creation of the workspace.
  lastUsedAt:
    sql`case when ${workspaceFigures.lastUsedAt} > '-infinity' then greatest(${workspaceFigures.lastUsedAt}, ${workspaces.createdAt}) end`.mapWith(
      (value: string | null) => (value === null ? null : new Date(value)),
    ),
  // As the job computed it within the last minute, which is also the list's order.
  spent: sql`case when ${workspaceFigures.month} = ${thisMonth} then ${workspaceFigures.spent} else 0 end`.mapWith(
    Number,
  ),
  ceiling: sql<string | null>`(select b.amount from ${budgets} b where b.workspace_id = workspaces.id
    and b.whose = 'ceiling' and b.span = 'month')`,
};

const withNumbers = <Row extends { ceiling: string | null }>({ ceiling, ...row }: Row) => ({
  ...row,
  ceiling: ceiling === null ? null : Number(ceiling),
});

type Filter = { sort: WorkspaceSort; order: "" | "asc" | "desc"; state: (typeof workspaceStates)[number] };

function isInState(state: Filter["state"]): SQL | undefined {
  if (state === "deleted") return and(isNotNull(workspaces.deletedAt), isNull(workspaces.purgeBegunAt));
  return and(isNull(workspaces.deletedAt), state === "suspended" ? isNotNull(workspaces.suspendedAt) : undefined);
}

/** Returns a page of the workspaces that are not deleted, or of the deleted ones that can be restored. */
export async function list(db: Db, { sort, order, state }: Filter, place: Place): Promise<Page<WorkspaceRow>> {
  const { keys, isDescending } = orders[sort];
  // The id column of the index that has the order.
  const id = sort === "spend" || sort === "used" ? workspaceFigures.workspaceId : workspaces.id;
  const isBackward = place.before !== undefined;
  const from = decodeCursor(place.before ?? place.after, [...keys.map(({ part }) => part), keyParts.uuid]);
  const isDown = (order === "" ? isDescending : order === "desc") !== isBackward;
  const direction = sql.raw(isDown ? "desc" : "asc");
  const all = [...keys, { key: sql`${id}`, type: "uuid" }];
  const list = (parts: SQL[]) => sql.join(parts, sql`, `);
  // The filter uses the table that has the order: otherwise the planner would expect few matches and sort all of them.
  const isByFigures = (sort === "spend" || sort === "used") && state !== "all";
  const rows = await db
    .select({
      ...columns,
      sortKeys: sql<string[]>`json_build_array(${list(keys.map(({ key }) => sql`(${key})::text`))})`,
    })
    .from(workspaces)
    .innerJoin(workspaceFigures, eq(workspaceFigures.workspaceId, workspaces.id))
    .where(
      and(
        isByFigures ? eq(workspaceFigures.listedAs, state) : isInState(state),
        from
          ? sql`(${list(all.map(({ key }) => key))}) ${sql.raw(isDown ? "<" : ">")} (${list(all.map(({ type }, index) => sql`${from[index]}::${sql.raw(type)}`))})`
          : undefined,
      ),
    )
    .orderBy(...all.map(({ key }) => sql`${key} ${direction}`))
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, place, (row) => [...row.sortKeys, row.id]);
  return { ...page, rows: page.rows.map(({ sortKeys, ...row }) => withNumbers(row)) };
}

/**
 * Returns the workspaces whose name or address begins with a text, ordered by address, at most a page of each.
 * `isMore`: there are more.
 */
export async function search(db: Db, text: string): Promise<{ rows: WorkspaceRow[]; isMore: boolean }> {
  const from = text.toLowerCase();
  // Not LIKE: under row-level security it is evaluated for each row and cannot use an index.
  const beginning = (key: SQL) => sql`${key} >= ${from} and ${key} < ${`${from}\u{10ffff}`}`;
  const matching = (condition: SQL, order: SQL) =>
    db
      .select(columns)
      .from(workspaces)
      .innerJoin(workspaceFigures, eq(workspaceFigures.workspaceId, workspaces.id))
      .where(and(isNull(workspaces.deletedAt), condition))
      .orderBy(order)
      .limit(pageSize + 1);
  const [bySlug, byName] = await Promise.all([
    matching(beginning(slugKey), slugKey),
    matching(beginning(nameKey), nameKey),
  ]);
  const found = new Map([...bySlug, ...byName].map((row) => [row.id, withNumbers(row)]));
  const rows = [...found.values()].sort((one, other) => (one.slug < other.slug ? -1 : 1));
  return { rows: rows.slice(0, pageSize), isMore: rows.length > pageSize };
}

/** Returns the id and the name of a deleted workspace that can be restored. */
export async function findDeleted(
  db: Db,
  slug: string,
): Promise<{ id: string; name: string; deletedAt: Date | null } | undefined> {
  const [row] = await db
    .select({ id: workspaces.id, name: workspaces.name, deletedAt: workspaces.deletedAt })
    .from(workspaces)
    .where(and(eq(workspaces.slug, slug), isNotNull(workspaces.deletedAt), isNull(workspaces.purgeBegunAt)));
  return row;
}

/** The spend of a workspace this month, as of now. */
const spentNow = sql`coalesce((select c.spent from ${spendCounters} c where c.workspace_id = workspaces.id
  and c.span = 'month' and c.period = ${thisMonth} and c.subject = 'workspace'), 0)`.mapWith(Number);

/** Returns a workspace that is not deleted, with its current spend. */
export async function find(
  db: Db,
  slug: string,
): Promise<(WorkspaceRow & { monthlyLimit: number | null; suspendedReason: string | null }) | undefined> {
  const [row] = await db
    .select({
      ...{ ...columns, spent: spentNow },
      ...{ monthlyLimit: workspaces.monthlyLimit, suspendedReason: workspaces.suspendedReason },
    })
    .from(workspaces)
    .innerJoin(workspaceFigures, eq(workspaceFigures.workspaceId, workspaces.id))
    .where(and(eq(workspaces.slug, slug), isNull(workspaces.deletedAt)));
  return row && withNumbers(row);
}

/**
 * Returns what suspending a workspace would stop: active keys, requests since the last full hour began, and fine-tuning
 * jobs under way.
 */
export async function atStake(db: Db, workspaceId: string): Promise<{ keys: number; requests: number; jobs: number }> {
  const [row] = await db.execute<{ keys: number; requests: number; jobs: number }>(sql`
    select (select count(*)::int from ${apiKeys} where ${apiKeys.workspaceId} = ${workspaceId} and ${apiKeys.revokedAt} is null
        and ${apiKeys.disabledAt} is null and coalesce(${apiKeys.expiresAt} > now(), true)) as keys,
      (select coalesce(sum(${usageHourly.requests}), 0)::int from ${usageHourly} where ${usageHourly.workspaceId} = ${workspaceId}
        and ${usageHourly.hour} >= date_trunc('hour', now()) - interval '1 hour') as requests,
      (select count(*)::int from ${fineTuningJobs} where ${fineTuningJobs.workspaceId} = ${workspaceId}
        and ${fineTuningJobs.endedAt} is null) as jobs`);
  return row ?? { keys: 0, requests: 0, jobs: 0 };
}

/** Returns a workspace's Admins, those who joined first, at most five. */
export async function admins(db: Db, workspaceId: string): Promise<{ name: string; email: string | null }[]> {
  return db
    .select({ name: users.name, email: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.role, "admin")))
    .orderBy(asc(memberships.joinedAt))
    .limit(5);
}

/** Returns a workspace's ceilings, in micro-units, by span. */
export async function ceilings(db: Db, workspaceId: string): Promise<Partial<Record<SpendSpan, number>>> {
  const rows = await db
    .select({ span: budgets.span, amount: budgets.amount })
    .from(budgets)
    .where(and(eq(budgets.workspaceId, workspaceId), eq(budgets.whose, "ceiling")));
  return Object.fromEntries(rows.map(({ span, amount }) => [span, amount]));
}

/** Sets or removes a ceiling, in a transaction inside the workspace. Null removes it. */
export async function setCeiling(db: Db, workspaceId: string, span: SpendSpan, amount: number | null): Promise<void> {
  if (amount === null) {
    await db
      .delete(budgets)
      .where(and(eq(budgets.workspaceId, workspaceId), eq(budgets.whose, "ceiling"), eq(budgets.span, span)));
    return;
  }
  await db
    .insert(budgets)
    .values({ workspaceId, whose: "ceiling", subject: "ceiling", span, amount })
    .onConflictDoUpdate({ target: [budgets.workspaceId, budgets.whose, budgets.span], set: { amount } });
}

/** Suspends a workspace, in a transaction inside it, under its lock. Returns false when it is suspended already. */
export async function suspend(db: Db, workspaceId: string, reason: string | null): Promise<boolean> {
  const rows = await db
    .update(workspaces)
    .set({ suspendedAt: sql`now()`, suspendedReason: reason })
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.suspendedAt)))
    .returning({ id: workspaces.id });
  return rows.length > 0;
}

/** Resumes a workspace, in a transaction inside it, under its lock. Returns false when it is not suspended. */
export async function resume(db: Db, workspaceId: string): Promise<boolean> {
  const rows = await db
    .update(workspaces)
    .set({ suspendedAt: null, suspendedReason: null })
    .where(and(eq(workspaces.id, workspaceId), sql`${workspaces.suspendedAt} is not null`))
    .returning({ id: workspaces.id });
  return rows.length > 0;
}
