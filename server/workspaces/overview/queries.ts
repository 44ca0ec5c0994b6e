import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { budgets, rateLimits, spendCounters } from "@/db/schema/limits";
import { usageHourly } from "@/db/schema/usage";
import { invitations, memberships, workspaces } from "@/db/schema/workspaces";
import { mostCounted } from "@/server/keys/list/input";

/** The present figures of a workspace, by the database's clock. Money is in micro-units. */
export type Standing = {
  now: Date;
  /** The first day of the month in UTC: "2026-11-01". */
  period: string;
  spent: number;
  reserved: number;
  /** The lower of the workspace's limit and its ceiling this month, with any raise; null: no limit. */
  limit: number | null;
  firstUse: Date | null;
  /** Keys that work, up to `mostCounted`. */
  liveKeys: number;
  hasKey: boolean;
  hasInvited: boolean;
  hasLimit: boolean;
  /** Whether the person has hidden the first steps. */
  isSetupHidden: boolean;
};

type Row = Omit<Standing, "now" | "firstUse" | "spent" | "reserved" | "limit"> & {
  nowMs: number;
  firstUseMs: number | null;
  spent: string | null;
  reserved: string | null;
  limit: string | null;
};

/** Returns a workspace's figures in one statement, because the Overview asks on every visit. */
export async function standing(db: Db, workspaceId: string, userId: string): Promise<Standing> {
  const live = sql`k.workspace_id = ${workspaceId}::uuid and k.revoked_at is null`;
  const [row] = await db.execute<Row>(sql`
    select (extract(epoch from now()) * 1000)::float8 as "nowMs", period_of('month', now())::text as period,
      c.spent, c.reserved,
      least(raised_limit(w.id, 'workspace', 'month', w.monthly_limit),
        raised_limit(w.id, 'ceiling', 'month', (select b.amount from ${budgets} b
          where b.workspace_id = ${workspaceId}::uuid and b.whose = 'ceiling' and b.span = 'month'))) as "limit",
      (select (extract(epoch from h.hour) * 1000)::float8 from ${usageHourly} h
        where h.workspace_id = ${workspaceId}::uuid order by h.hour limit 1) as "firstUseMs",
      (select count(*)::int from (select from ${apiKeys} k where ${live} and k.disabled_at is null
        and (k.expires_at is null or k.expires_at > now()) limit ${mostCounted}) counted) as "liveKeys",
      exists (select from ${apiKeys} k where ${live}) as "hasKey",
      exists (select from ${invitations} i where i.workspace_id = ${workspaceId}::uuid and i.status = 'pending') as "hasInvited",
      w.monthly_limit is not null
        or exists (select from ${budgets} b where b.workspace_id = ${workspaceId}::uuid and b.whose <> 'ceiling')
        or exists (select from ${rateLimits} r where r.workspace_id = ${workspaceId}::uuid) as "hasLimit",
      exists (select from ${memberships} m where m.workspace_id = ${workspaceId}::uuid and m.user_id = ${userId}::uuid
        and m.setup_hidden_at is not null) as "isSetupHidden"
    from ${workspaces} w
    left join ${spendCounters} c on c.workspace_id = ${workspaceId}::uuid and c.span = 'month'
      and c.period = period_of('month', now()) and c.subject = 'workspace'
    where w.id = ${workspaceId}::uuid`);
  if (!row) throw new Error("the workspace is not there");
  const { nowMs, firstUseMs, spent, reserved, limit, ...rest } = row;
  return {
    ...rest,
    now: new Date(nowMs),
    firstUse: firstUseMs === null ? null : new Date(firstUseMs),
    spent: Number(spent ?? 0),
    reserved: Number(reserved ?? 0),
    limit: limit === null ? null : Number(limit),
  };
}

/** Hides the first steps for one member. */
export async function hideSetup(db: Db, workspaceId: string, userId: string): Promise<void> {
  await db
    .update(memberships)
    .set({ setupHiddenAt: sql`now()` })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}
