import { sql } from "drizzle-orm";
import { client, type Db } from "@/db/client";
import { onLiveConnection } from "@/db/guard";
import type { Outcome } from "./reservation";

/** The state of a limit per minute. */
export type LimitState = { limit: number; remaining: number; resetSeconds: number };

/** The request may go on. It has the state of the tightest limits per minute, if there are any. */
export type Granted = { isGranted: true; requests?: LimitState; tokens?: LimitState };

/**
 * The request is refused. `limit` and `used` are requests, tokens or micro-units of money. Reason "key": the key has
 * ended meanwhile. `isUnderWay`: there is room beside what is spent, but not beside what requests under way have
 * reserved. Reasons "tags" and "end-user": `problem` says what is wrong with what the request sent; for "end-user",
 * `param` names the field and `code` is the code of the error.
 */
export type Refused = {
  isGranted: false;
  reason: "requests" | "tokens" | "spend" | "key" | "tags" | "end-user";
  scope: "key" | "workspace" | "model" | "tag" | "end-user" | "member" | "ceiling";
  problem?: string;
  param?: string;
  code?: string;
  span: "minute" | "day" | "week" | "month" | "total";
  whose: string;
  limit: number;
  used: number;
  isUnderWay: boolean;
  retryAfterSeconds: number;
  /** When there is room, by the database's clock. */
  roomAt?: Date;
  /** The workspace's slug, for a link to the page that shows the limit. */
  slug?: string;
};

export type Answer = Granted | Refused;

/** A reservation in the database that is settled separately. */
export type Settlement = { id: string } & Outcome;

/**
 * Settles reservations of one workspace in one transaction. Reservations that are settled already are skipped, so the
 * call may be repeated. Returns how many were settled.
 */
export async function settleUsage(workspaceId: string, settlements: Settlement[]): Promise<number> {
  const outcomes = settlements.map(({ id, status, errorCode, usage, usageSource, firstByteMs, totalMs }) => ({
    ...{ id, status, error_code: errorCode, usage_source: usageSource },
    ...{ prompt_tokens: usage?.promptTokens ?? null, completion_tokens: usage?.completionTokens ?? null },
    ...{ first_byte_ms: firstByteMs === null ? null : Math.round(firstByteMs), total_ms: Math.round(totalMs) },
  }));
  const [row] = await onLiveConnection(
    () => client()<{ n: number }[]>`select settle_usage(${workspaceId}, ${JSON.stringify(outcomes)}::text::jsonb) as n`,
  );
  return row?.n ?? 0;
}

/**
 * Lists reservations that have outlived their time, in all workspaces, at most `limit`: their instance died before it
 * settled them.
 */
export async function listLapsed(
  db: Db,
  limit: number,
): Promise<{ workspaceId: string; id: string; isOfBatch: boolean; seconds: number }[]> {
  await db.execute(sql`select set_config('app.job', 'expired-reservations', true)`);
  const rows = await db.execute<{ workspaceId: string; id: string; isOfBatch: boolean; seconds: number }>(sql`
    select workspace_id as "workspaceId", id, operation like 'batch-%' as "isOfBatch", extract(epoch from expires_at - at)::float8 as seconds
    from usage_reservations where expires_at < now() order by expires_at limit ${limit}`);
  return [...rows];
}

/** A counter of what is spent in a span: the span, its first day, and the subject. */
export type Counter = { span: string; period: string; subject: string };

/** Returns what is spent according to each of these counters of a workspace, in their order, in micro-units. */
export async function spentOf(db: Db, workspaceId: string, counters: readonly Counter[]): Promise<number[]> {
  const rows = await db.execute<{ spent: string }>(sql`
    select coalesce(c.spent, 0) as spent
    from jsonb_to_recordset(${JSON.stringify(counters.map(({ span, period, subject }, i) => ({ i, span, period, subject })))}::jsonb)
      as w (i int, span text, period date, subject text)
    left join spend_counters c
      on c.workspace_id = ${workspaceId} and c.span = w.span and c.period = w.period and c.subject = w.subject
    order by w.i`);
  return rows.map(({ spent }) => Number(spent));
}
