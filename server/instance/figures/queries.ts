import { desc, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { instanceDays, workspaceFigures } from "@/db/schema/figures";
import { budgets, spendCounters } from "@/db/schema/limits";
import { usageHourly } from "@/db/schema/usage";

const thisMonth = sql`date_trunc('month', now() at time zone 'UTC')::date`;

/** Whether a workspace has used up a spending ceiling of any span. */
export const isCeilingReached = (workspaceId: SQL) => sql<boolean>`exists (
  select from ${budgets} b join ${spendCounters} c on c.workspace_id = b.workspace_id and c.subject = 'ceiling' and c.span = b.span
    and c.period = period_of(b.span, now())
  where b.workspace_id = ${workspaceId} and b.whose = 'ceiling' and c.spent >= b.amount)`;

/**
 * Recomputes what has changed since the last round: the days of the instance, and the figures of workspaces that were
 * used. For the job, in a transaction outside any workspace. Returns false when another process is running it.
 */
export async function refresh(db: Db): Promise<boolean> {
  const [held] = await db.execute<{ isHeld: boolean }>(sql`
    select set_config('app.job', 'instance-figures', true),
      pg_try_advisory_xact_lock(hashtextextended('instance-figures', 0)) as "isHeld"`);
  if (!held?.isHeld) return false;
  // Includes usage that was settled late, for an hour before the last round.
  const [since] = await db.execute<{ at: string }>(sql`
    select (date_trunc('hour', coalesce(max(computed_at), now() - interval '35 days')) - interval '1 hour')::text as at from ${instanceDays}`);
  const from = sql`${since?.at ?? "now"}::timestamptz`;
  await db.execute(sql`
    insert into ${workspaceFigures} (workspace_id, month, spent, last_used_at, is_ceiling_reached)
    select used.workspace_id, ${thisMonth}, coalesce(c.spent, 0), used.hour, ${isCeilingReached(sql`used.workspace_id`)}
    from (select h.workspace_id, max(h.hour) as hour from ${usageHourly} h where h.hour >= ${from} group by 1) used
    left join ${spendCounters} c on c.workspace_id = used.workspace_id and c.span = 'month' and c.period = ${thisMonth} and c.subject = 'workspace'
    on conflict (workspace_id) do update set month = excluded.month, spent = excluded.spent,
      last_used_at = greatest(workspace_figures.last_used_at, excluded.last_used_at), is_ceiling_reached = excluded.is_ceiling_reached`);
  await db.execute(sql`
    insert into ${instanceDays} (day, requests, errors, cost, computed_at)
    select d.day::date, coalesce(sum(h.requests), 0), coalesce(sum(h.errors), 0), coalesce(sum(h.cost), 0), now()
    from generate_series(date_trunc('day', ${from} at time zone 'UTC'), date_trunc('day', now() at time zone 'UTC'), interval '1 day') d (day)
    left join ${usageHourly} h on h.hour >= d.day at time zone 'UTC' and h.hour < (d.day + interval '1 day') at time zone 'UTC'
    group by 1
    on conflict (day) do update set requests = excluded.requests, errors = excluded.errors, cost = excluded.cost, computed_at = excluded.computed_at`);
  return true;
}

/** Records whether a workspace has used up its ceilings, in a transaction inside it, after they were changed. */
export async function noteCeilings(db: Db, workspaceId: string): Promise<void> {
  await db.execute(sql`
    update ${workspaceFigures} f set is_ceiling_reached = ${isCeilingReached(sql`f.workspace_id`)} where f.workspace_id = ${workspaceId}`);
}

/**
 * Returns the instance's usage of each of the last 30 days in UTC, latest first. Days before the first use are missing.
 */
export async function days(db: Db) {
  return db
    .select({
      day: instanceDays.day,
      requests: instanceDays.requests,
      errors: instanceDays.errors,
      cost: instanceDays.cost,
      computedAt: instanceDays.computedAt,
    })
    .from(instanceDays)
    .orderBy(desc(instanceDays.day))
    .limit(31);
}
