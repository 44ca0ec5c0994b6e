import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import type { SpendSpan } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";
import { rolesWith } from "@/server/access/permissions";

/** A spending limit of which a share is spent: its owner, its span and the threshold that is passed, in percent. */
export type PassedLimit = { whose: string; span: SpendSpan; threshold: number };

/**
 * All spending limits. Of a rotated key, the limit is that of its latest rotation, and the counter is that of the
 * first.
 */
const spendLimits = sql`(
  select w.id as workspace_id, 'workspace' as whose, 'month' as span, 'workspace' as counter, w.monthly_limit as base
    from workspaces w where w.monthly_limit is not null
  union all select m.workspace_id, 'member:' || m.user_id, 'month', 'member:' || m.user_id, m.monthly_limit
    from memberships m where m.monthly_limit is not null
  union all select k.workspace_id, 'key:' || k.id, 'month', k.counted_as, k.monthly_limit
    from api_keys k where k.monthly_limit is not null and k.revoked_at is null and k.replaced_by is null
  union all select b.workspace_id, b.whose, b.span, b.subject, b.amount from budgets b
    -- No mails are sent about the limits of end users, because there may be many.
    where b.whose not like 'end-user%')`;

/**
 * All limits with their counter (`c`), workspace (`w`) and a passed threshold (`t`). A counter at zero passes no
 * threshold.
 */
const passed = (only: SQL) => sql`
  ${spendLimits} l join workspaces w on w.id = l.workspace_id and w.deleted_at is null
  join spend_counters c on c.workspace_id = l.workspace_id and c.subject = l.counter and c.span = l.span and c.period = period_of(l.span, now())
  cross join lateral unnest(w.alert_thresholds) t (threshold)
  where ${only} and c.spent > 0 and c.spent * 100 >= l.base * t.threshold
    and c.spent * 100 >= raised_limit(l.workspace_id, l.whose, l.span, l.base) * t.threshold`;

/**
 * Lists workspaces with a limit of which a passed threshold was not mailed yet, at most `limit`. For the job: its
 * transaction is in no workspace, and the policies show only what this query needs.
 */
export async function listDue(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'spend-alerts', true)`);
  const rows = await db.execute<{ workspaceId: string }>(sql`
    select distinct l.workspace_id as "workspaceId" from ${passed(sql`true`)} and not exists (
      select from spend_alerts a where a.workspace_id = l.workspace_id and a.whose = l.counter and a.span = l.span
        and a.period = c.period and a.threshold = t.threshold)
    limit ${limit}`);
  return [...rows].map(({ workspaceId }) => workspaceId);
}

/**
 * Marks every passed threshold as mailed, in the transaction that sends the mails. A simultaneous call waits here and
 * then finds none.
 *
 * @returns the highest threshold per limit among those that this call has marked
 */
export async function claim(db: Db, workspaceId: string): Promise<PassedLimit[]> {
  const rows = await db.execute<PassedLimit>(sql`
    with marked as (
      insert into spend_alerts (workspace_id, whose, span, period, threshold)
      select l.workspace_id, l.counter, l.span, c.period, t.threshold from ${passed(sql`l.workspace_id = ${workspaceId}::uuid`)}
      order by 2, 3, 5
      on conflict do nothing
      returning whose, span, threshold)
    select whose, span, max(threshold)::int as threshold from marked group by whose, span order by whose, span`);
  return [...rows];
}

/**
 * Returns the state of a limit. `of` is its owner; `owner` is the address of the member whose limit or key it is.
 * `resetsOn`: the first day of its next span, "2026-12-01"; null: never. Undefined: the limit no longer exists.
 */
export async function standing(db: Db, workspaceId: string, { whose, span }: PassedLimit) {
  type Row = {
    of: string;
    name: string | null;
    limit: string;
    spent: string;
    owner: string | null;
    resetsOn: string | null;
  };
  const [row] = await db.execute<Row>(sql`
    select l.whose as of, coalesce(k.name, u.name) as name, raised_limit(l.workspace_id, l.whose, l.span, l.base) as limit, c.spent,
      u.email as owner, to_char(period_end(l.span, c.period) at time zone 'UTC', 'YYYY-MM-DD') as "resetsOn"
    from ${spendLimits} l
    join spend_counters c on c.workspace_id = l.workspace_id and c.subject = l.counter and c.span = l.span and c.period = period_of(l.span, now())
    left join api_keys k on k.workspace_id = l.workspace_id and 'key:' || k.id = l.whose
    left join memberships m on m.workspace_id = l.workspace_id
      and m.user_id::text = case when k.id is null then substr(l.whose, length('member:') + 1) when not k.is_service then k.created_by::text end
    left join users u on u.id = m.user_id
    where l.workspace_id = ${workspaceId}::uuid and l.counter = ${whose} and l.span = ${span} limit 1`);
  return row && { ...row, limit: Number(row.limit), spent: Number(row.spent) };
}

/** Returns the addresses of the members who manage limits, at most 50. Alerts are sent to them. */
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
