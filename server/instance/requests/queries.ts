import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { budgets, limitRequests, type SpendSpan, spendCounters } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { usageHourly } from "@/db/schema/usage";
import { workspaces } from "@/db/schema/workspaces";

/** What a ceiling on use limits. */
export type UseMeasure = "requests" | "tokens" | "keys" | "members" | "files";

/** A workspace's request for a higher ceiling. Money is in micro-units. */
export type CeilingRequest = {
  id: string;
  workspaceId: string;
  slug: string;
  workspaceName: string;
  name: string;
  email: string;
  /**
   * "spend": money over a span; "rate": use per minute ("requests" or "tokens"); "count": a number ("keys", "members",
   * or "files" in megabytes).
   */
  kind: "spend" | "rate" | "count";
  measure: SpendSpan | UseMeasure;
  /**
   * The requested and the current ceiling, in micro-units, per minute or as a number; null: there is no ceiling any
   * more.
   */
  amount: number;
  now: number | null;
  /** The current spend, for a ceiling on money. */
  spent: number;
  reason: string;
  createdAt: Date;
};

/**
 * Returns the pending requests for higher ceilings, oldest first, at most 50: of one workspace, or of all that are not
 * deleted.
 */
export async function list(db: Db, workspaceId?: string): Promise<CeilingRequest[]> {
  return select(db, workspaceId === undefined ? undefined : eq(limitRequests.workspaceId, workspaceId));
}

/** Returns a pending request for a higher ceiling. */
export async function find(db: Db, id: string): Promise<CeilingRequest | undefined> {
  const [row] = await select(db, eq(limitRequests.id, id));
  return row;
}

async function select(db: Db, only: SQL | undefined): Promise<CeilingRequest[]> {
  const ofSpan = sql`b.workspace_id = limit_requests.workspace_id and b.whose = 'ceiling' and b.span = limit_requests.measure`;
  return db
    .select({
      id: limitRequests.id,
      workspaceId: limitRequests.workspaceId,
      slug: workspaces.slug,
      workspaceName: workspaces.name,
      name: users.name,
      email: sql<string>`coalesce(${users.email}, '')`,
      kind: sql<CeilingRequest["kind"]>`${limitRequests.kind}`,
      measure: sql<CeilingRequest["measure"]>`${limitRequests.measure}`,
      amount: sql`${limitRequests.amount}`.mapWith(Number),
      now: sql<
        string | null
      >`case when ${limitRequests.kind} = 'spend' then (select b.amount from ${budgets} b where ${ofSpan})
        else case ${limitRequests.measure} when 'requests' then ${workspaces.mostRequestsPerMinute} when 'tokens' then ${workspaces.mostTokensPerMinute}
          when 'keys' then ${workspaces.mostKeys} when 'members' then ${workspaces.mostMembers}
          else ${workspaces.mostFileBytes} / 1048576 end end`.mapWith((value) =>
        value === null ? null : Number(value),
      ),
      // A rate has no period.
      spent: sql`coalesce(case when ${limitRequests.kind} = 'spend' then (select c.spent from ${spendCounters} c
        where c.workspace_id = limit_requests.workspace_id and c.span = limit_requests.measure
        and c.period = period_of(limit_requests.measure, now()) and c.subject = 'ceiling') end, 0)`.mapWith(Number),
      reason: limitRequests.reason,
      createdAt: limitRequests.createdAt,
    })
    .from(limitRequests)
    .innerJoin(workspaces, and(eq(workspaces.id, limitRequests.workspaceId), isNull(workspaces.deletedAt)))
    .innerJoin(users, eq(users.id, limitRequests.userId))
    .where(and(eq(limitRequests.status, "pending"), eq(limitRequests.audience, "operators"), only))
    .orderBy(asc(limitRequests.createdAt), asc(limitRequests.id))
    .limit(50);
}

/**
 * Returns the recent usage of a workspace: of the last 30 days, its first hour of usage, its spend this month (UTC) and
 * on each day since a week ago, and the database's time. Money is in micro-units.
 */
export async function latelyUsed(db: Db, workspaceId: string) {
  const [[figures], days] = await Promise.all([
    db.execute<{ requests: number; cost: string; first: number | null; spent: string; now: number }>(sql`
      select (select coalesce(sum(h.requests), 0)::int from ${usageHourly} h where h.workspace_id = ${workspaceId}::uuid
          and h.hour >= now() - interval '30 days') as requests,
        (select coalesce(sum(h.cost), 0) from ${usageHourly} h where h.workspace_id = ${workspaceId}::uuid
          and h.hour >= now() - interval '30 days') as cost,
        (select (extract(epoch from min(h.hour)) * 1000)::float8 from ${usageHourly} h where h.workspace_id = ${workspaceId}::uuid) as first,
        coalesce((select c.spent from ${spendCounters} c where c.workspace_id = ${workspaceId}::uuid and c.span = 'month'
          and c.period = period_of('month', now()) and c.subject = 'workspace'), 0) as spent,
        (extract(epoch from now()) * 1000)::float8 as now`),
    db
      .select({
        day: sql<string>`to_char(${usageHourly.hour} at time zone 'UTC', 'YYYY-MM-DD')`,
        cost: sql`sum(${usageHourly.cost})`.mapWith(Number),
      })
      .from(usageHourly)
      .where(and(eq(usageHourly.workspaceId, workspaceId), sql`${usageHourly.hour} >= now() - interval '8 days'`))
      .groupBy(sql`1`),
  ]);
  return {
    requests: figures?.requests ?? 0,
    cost: Number(figures?.cost ?? 0),
    firstUse: figures?.first == null ? null : new Date(figures.first),
    spent: Number(figures?.spent ?? 0),
    perDay: new Map(days.map(({ day, cost }) => [day, cost])),
    now: new Date(figures?.now ?? 0),
  };
}
