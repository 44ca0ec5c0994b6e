import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { endUsers } from "@/db/schema/end-users";
import { apiKeys } from "@/db/schema/keys";
import { budgets, limitRaises, rateLimits, type SpendSpan } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { usageTags } from "@/db/schema/tags";
import { memberships, workspaces } from "@/db/schema/workspaces";
import { unnamed } from "@/server/usage/end-users/input";

/** The owner of limits: its name, and the counter with which its limits are compared. */
export type Subject = {
  of: string;
  kind: "workspace" | "ceiling" | "member" | "key" | "model" | "tag" | "end-users" | "end-user";
  name: string;
  counter: string;
};

/** A spending limit, its current spend, and its temporary raise. Money is in micro-units; `limit` null: none. */
export type SpanLimit = {
  span: SpendSpan;
  limit: number | null;
  raise: { limit: number; until: Date } | null;
  /** Null when nothing is counted because there is no limit. */
  spent: number | null;
  reserved: number;
  /** When the counter starts anew; null: never. */
  begins: Date | null;
};

/** Returns the owner of limits; undefined: the workspace has no such member, key, declared tag or end user. */
export async function subject(db: Db, workspaceId: string, of: string): Promise<Subject | undefined> {
  const [kind = "", ...rest] = of.split(":");
  const id = rest.join(":");
  if (kind === "workspace" || kind === "ceiling") return { of, kind, name: "", counter: kind };
  if (kind === "model") return { of, kind, name: id, counter: of };
  if (kind === "end-users") return { of, kind, name: "", counter: of };
  if (kind === "end-user") {
    if (id === unnamed) return { of, kind, name: "unnamed", counter: of };
    const [row] = await db
      .select({ name: endUsers.name })
      .from(endUsers)
      .where(and(eq(endUsers.workspaceId, workspaceId), eq(endUsers.id, id)));
    return row && { of, kind, name: row.name ?? id.slice(0, 8), counter: of };
  }
  if (kind === "tag") {
    const [row] = await db
      .select({ name: usageTags.name })
      .from(usageTags)
      .where(and(eq(usageTags.workspaceId, workspaceId), eq(usageTags.name, id)));
    return row && { of, kind, name: row.name, counter: of };
  }
  if (kind === "member") {
    const [row] = await db
      .select({ name: users.name })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, id)));
    return row && { of, kind, name: row.name, counter: of };
  }
  const [row] = await db
    .select({ name: apiKeys.name, counter: apiKeys.countedAs })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id)));
  return row && { of, kind: "key", ...row };
}

/** Returns the limits per minute of the workspace for all models, of one model, or of a key; null: none. */
export async function ratesOf(
  db: Db,
  workspaceId: string,
  { of, kind }: Subject,
): Promise<{ requests: number | null; tokens: number | null }> {
  const id = of.slice(of.indexOf(":") + 1);
  const none = { requests: null, tokens: null };
  if (kind === "key") {
    const [row] = await db
      .select({ requests: apiKeys.requestsPerMinute, tokens: apiKeys.tokensPerMinute })
      .from(apiKeys)
      .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id)));
    return row ?? none;
  }
  if (kind === "ceiling") {
    const [row] = await db
      .select({ requests: workspaces.mostRequestsPerMinute, tokens: workspaces.mostTokensPerMinute })
      .from(workspaces)
      .where(eq(workspaces.id, workspaceId));
    return row ?? none;
  }
  const [row] = await db
    .select({ requests: rateLimits.requestsPerMinute, tokens: rateLimits.tokensPerMinute })
    .from(rateLimits)
    .where(and(eq(rateLimits.workspaceId, workspaceId), eq(rateLimits.model, kind === "model" ? id : "")));
  return row ?? none;
}

/** The owners whose monthly spend is counted also without a limit. */
const countedByMonth: Subject["kind"][] = ["workspace", "member", "key"];

/** Returns the limits of a subject over each span, shortest first, by the database's clock. */
export async function limitsOf(db: Db, workspaceId: string, { of, kind, counter }: Subject): Promise<SpanLimit[]> {
  const id = of.slice(of.indexOf(":") + 1);
  // The monthly limits of workspace, member and key are columns of their own rows.
  const monthly = {
    workspace: sql`(select w.monthly_limit from ${workspaces} w where w.id = ${workspaceId}::uuid)`,
    member: sql`(select m.monthly_limit from ${memberships} m where m.workspace_id = ${workspaceId}::uuid and m.user_id::text = ${id})`,
    key: sql`(select k.monthly_limit from ${apiKeys} k where k.workspace_id = ${workspaceId}::uuid and k.id = ${id})`,
    model: sql`null::bigint`,
    tag: sql`null::bigint`,
    "end-users": sql`null::bigint`,
    "end-user": sql`null::bigint`,
    ceiling: sql`null::bigint`,
  }[kind];
  type Row = {
    span: SpendSpan;
    limit: string | null;
    raised: string | null;
    until_ms: number | null;
    spent: string | null;
    reserved: string | null;
    begins_ms: number | null;
  };
  const rows = await db.execute<Row>(sql`
    select s.span, coalesce(b.amount, case when s.span = 'month' then ${monthly} end) as limit, r.amount as raised,
      (extract(epoch from r.ends_at) * 1000)::float8 as until_ms, c.spent, c.reserved,
      (extract(epoch from period_end(s.span, period_of(s.span, now()))) * 1000)::float8 as begins_ms
    from (values ('day', 1), ('week', 2), ('month', 3), ('total', 4)) s (span, place)
    left join ${budgets} b on b.workspace_id = ${workspaceId}::uuid and b.whose = ${of} and b.span = s.span
    left join ${limitRaises} r on r.workspace_id = ${workspaceId}::uuid and r.whose = ${of} and r.span = s.span and r.ends_at > now()
    left join spend_counters c on c.workspace_id = ${workspaceId}::uuid and c.subject = ${counter} and c.span = s.span
      and c.period = period_of(s.span, now())
    order by s.place`);
  return [...rows].map(({ span, limit, raised, until_ms, spent, reserved, begins_ms }) => {
    const isCounted = limit !== null || (span === "month" && countedByMonth.includes(kind));
    return {
      span,
      limit: limit === null ? null : Number(limit),
      raise: limit === null || raised === null ? null : { limit: Number(raised), until: new Date(until_ms ?? 0) },
      // An end user's counter also exists when only the limit for each end user applies.
      spent: isCounted || (kind === "end-user" && spent !== null) ? Number(spent ?? 0) : null,
      reserved: Number(reserved ?? 0),
      begins: begins_ms === null ? null : new Date(begins_ms),
    };
  });
}

/**
 * Returns the limits of the workspace except its own monthly one, its ceiling, and those of models and tags, but not
 * those of end users. At most 200; limits that apply to every request come first.
 */
export async function list(db: Db, workspaceId: string): Promise<{ of: string; span: SpendSpan; limit: number }[]> {
  return db
    .select({ of: budgets.whose, span: budgets.span, limit: budgets.amount })
    .from(budgets)
    .where(
      and(
        eq(budgets.workspaceId, workspaceId),
        sql`(${budgets.whose} in ('workspace', 'ceiling') or ${budgets.whose} like 'model:%' or ${budgets.whose} like 'tag:%')`,
      ),
    )
    .orderBy(sql`${budgets.whose} not in ('workspace', 'ceiling')`, budgets.whose, budgets.span)
    .limit(200);
}

/** Returns the number of a workspace's limits, without the monthly ones that are stored elsewhere. */
export async function total(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ n: sql`count(*)`.mapWith(Number) })
    .from(budgets)
    .where(eq(budgets.workspaceId, workspaceId));
  return row?.n ?? 0;
}

/** Sets a limit that is stored in `budgets`, in micro-units. */
export async function set(db: Db, workspaceId: string, { of, counter }: Subject, span: SpendSpan, amount: number) {
  await db
    .insert(budgets)
    .values({ workspaceId, whose: of, span, subject: counter, amount })
    .onConflictDoUpdate({ target: [budgets.workspaceId, budgets.whose, budgets.span], set: { amount } });
}

/** Removes a limit that is stored in `budgets`. */
export async function remove(db: Db, workspaceId: string, of: string, span: SpendSpan): Promise<void> {
  await db
    .delete(budgets)
    .where(and(eq(budgets.workspaceId, workspaceId), eq(budgets.whose, of), eq(budgets.span, span)));
}

/**
 * Raises a limit until the end of a day in UTC.
 *
 * @returns the end of the raise; undefined when the day is over, or more than a year ahead
 */
export async function raise(
  db: Db,
  workspaceId: string,
  of: string,
  span: SpendSpan,
  { limit, until }: { limit: number; until: string },
): Promise<Date | undefined> {
  const ends = sql`((${until}::date + 1)::timestamp at time zone 'UTC')`;
  const rows = await db.execute<{ ms: number }>(sql`
    insert into ${limitRaises} (workspace_id, whose, span, amount, ends_at)
    select ${workspaceId}::uuid, ${of}, ${span}, ${limit}::bigint, ${ends}
    where ${ends} > now() and ${ends} <= now() + interval '367 days'
    on conflict (workspace_id, whose, span) do update set amount = excluded.amount, ends_at = excluded.ends_at
    returning (extract(epoch from ends_at) * 1000)::float8 as ms`);
  const [row] = rows;
  return row && new Date(row.ms);
}

/** Ends a raise. Returns false when there is none. */
export async function endRaise(db: Db, workspaceId: string, of: string, span: SpendSpan): Promise<boolean> {
  const rows = await db
    .delete(limitRaises)
    .where(and(eq(limitRaises.workspaceId, workspaceId), eq(limitRaises.whose, of), eq(limitRaises.span, span)))
    .returning({ endsAt: limitRaises.endsAt });
  return rows.length > 0;
}
