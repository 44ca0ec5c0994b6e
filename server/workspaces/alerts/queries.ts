import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { operators } from "@/db/schema/instance";
import { budgets, type SpendSpan, spendCounters } from "@/db/schema/limits";
import { mailOutbox } from "@/db/schema/mail";
import { memberships, workspaces } from "@/db/schema/workspaces";
import { onceInSql } from "@/db/written";

/** A spending limit that is reached or at least nine tenths spent. Money is in micro-units. */
export type TightLimit = { of: string; span: SpendSpan; spent: number; limit: number };

type Troubles = { limits: TightLimit[] | null; isMailFailing: boolean; isOperator: boolean };

const found = onceInSql(
  ["workspaceId", "userId", "member"],
  (of) => sql<Troubles>`
    with limits (whose, span, counter, base) as (
      select 'workspace', 'month', 'workspace', w.monthly_limit from ${workspaces} w
        where w.id = ${of.workspaceId}::uuid and w.monthly_limit is not null
      union all select ${of.member}::text, 'month', ${of.member}::text, m.monthly_limit from ${memberships} m
        where m.workspace_id = ${of.workspaceId}::uuid and m.user_id = ${of.userId}::uuid and m.monthly_limit is not null
      union all select b.whose, b.span, b.subject, b.amount from ${budgets} b
        where b.workspace_id = ${of.workspaceId}::uuid and b.whose in ('workspace', 'ceiling', ${of.member}::text)),
    tight as (
      select l.whose as "of", l.span, coalesce(c.spent, 0) as spent, raised_limit(${of.workspaceId}::uuid, l.whose, l.span, l.base) as "limit"
      from limits l left join ${spendCounters} c on c.workspace_id = ${of.workspaceId}::uuid and c.subject = l.counter
        and c.span = l.span and c.period = period_of(l.span, now())
      where coalesce(c.spent, 0) * 10 >= l.base * 9
        and coalesce(c.spent, 0) * 10 >= raised_limit(${of.workspaceId}::uuid, l.whose, l.span, l.base) * 9
      order by case when l.base > 0 then c.spent::numeric / l.base end desc nulls first limit 3),
    here as (select exists (select from ${operators} o where o.user_id = ${of.userId}::uuid) as operator)
    select (select jsonb_agg(tight) from tight) as limits, here.operator as "isOperator",
      here.operator and (
        exists (select from ${mailOutbox} q where q.status = 'queued' and q.created_at < now() - interval '15 minutes')
        or (select count(*) = 3 from (select from ${mailOutbox} f
          where f.status = 'failed' and f.settled_at > now() - interval '1 hour' limit 3) given_up)) as "isMailFailing"
    from here`,
);

/**
 * Returns what may stop a member's work, in one statement, because every page of the workspace asks: at most three
 * spending limits that are reached or nearly reached (the workspace's, its ceiling and the member's own), those with
 * the highest spent share first. For operators also whether mail fails: a mail has waited for more than 15 minutes, or
 * three were given up within an hour. Other members do not learn that, because it concerns mail of other workspaces.
 */
export async function troubles(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ limits: TightLimit[]; isMailFailing: boolean; isOperator: boolean }> {
  const [row] = await found(db, { workspaceId, userId, member: `member:${userId}` });
  return {
    limits: row?.limits ?? [],
    isMailFailing: row?.isMailFailing ?? false,
    isOperator: row?.isOperator ?? false,
  };
}
