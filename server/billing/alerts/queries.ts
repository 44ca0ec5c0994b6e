import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";
import { rolesWith } from "@/server/access/permissions";

const thisMonth = sql`date_trunc('month', now() at time zone 'UTC')::date`;

/** The thresholds `t` that what is spent (`c`) has passed of the workspace's limit (`w`). Nothing passes none, whatever the limit. */
const isPassed = sql`c.spent > 0 and c.spent * 100 >= w.monthly_limit * t.threshold`;
const counters = sql`
  spend_counters c join workspaces w on w.id = c.workspace_id and w.monthly_limit is not null and w.deleted_at is null`;
const ofThisMonth = sql`c.span = 'month' and c.period = ${thisMonth} and c.subject = 'workspace'`;

/**
 * The workspaces, at most `limit`, that have passed a threshold this month which nobody was mailed about. For the job:
 * in a transaction that is in no workspace, its policies show what is needed for that and no more.
 */
export async function listDue(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'spend-alerts', true)`);
  const rows = await db.execute<{ workspaceId: string }>(sql`
    select c.workspace_id as "workspaceId" from ${counters}
    where ${ofThisMonth} and exists (
      select from unnest(w.alert_thresholds) t (threshold) where ${isPassed} and not exists (
        select from spend_alerts a
        where a.workspace_id = c.workspace_id and a.period = c.period and a.threshold = t.threshold))
    limit ${limit}`);
  return [...rows].map(({ workspaceId }) => workspaceId);
}

/**
 * Marks every threshold passed this month as mailed, in the transaction that mails. Whoever else does so at the same time
 * waits here, and finds nothing left.
 *
 * @returns the highest of those that this call marked, or undefined when there was none
 */
export async function claim(db: Db, workspaceId: string): Promise<number | undefined> {
  const rows = await db.execute<{ threshold: number }>(sql`
    insert into spend_alerts (workspace_id, period, threshold)
    select c.workspace_id, c.period, t.threshold from ${counters}, unnest(w.alert_thresholds) t (threshold)
    where c.workspace_id = ${workspaceId} and ${ofThisMonth} and ${isPassed}
    order by t.threshold
    on conflict do nothing
    returning threshold`);
  return rows.length > 0 ? Math.max(...[...rows].map(({ threshold }) => threshold)) : undefined;
}

/** The addresses of those who manage limits, at most 50: whom an alert goes to. */
export async function recipients(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .select({ email: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        inArray(memberships.role, rolesWith("limit:manage")),
        isLiveMembership,
      ),
    )
    .orderBy(asc(memberships.joinedAt))
    .limit(50);
  return rows.flatMap(({ email }) => email ?? []);
}
