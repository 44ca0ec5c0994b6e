import { sql } from "drizzle-orm";
import { client, type Db } from "@/db/client";
import { onLiveConnection } from "@/db/guard";
import type { Price } from "./prices";
import type { Outcome, Reservation } from "./reservation";

/** Where a limit a minute stands. */
export type LimitState = { limit: number; remaining: number; resetSeconds: number };

/** It may go on; the tightest limits a minute, if there are any. */
export type Granted = { isGranted: true; requests?: LimitState; tokens?: LimitState };

/** It may not. `limit` and `used` are requests, tokens or micro-units of money; reason "key": the key ended meanwhile. */
export type Refused = {
  isGranted: false;
  reason: "requests" | "tokens" | "spend" | "key";
  scope: "key" | "workspace" | "model" | "member";
  limit: number;
  used: number;
  retryAfterSeconds: number;
};

export type Answer = Granted | Refused;

/** One request that has ended; with its reservation, should the database have lost that in a crash. */
export type Settlement = { id: string; reserved?: { reservation: Reservation; price: Price } } & Outcome;

/**
 * Takes what a request may cost from every limit that holds for it, or from none: one statement, prepared once per
 * connection (db/sql/functions/reserve_usage.sql).
 */
export async function reserveUsage(reservation: Reservation, price: Price): Promise<Answer> {
  const { workspaceId, id, keyId, memberId, model, upstreamModel, operation, isStreamed } = reservation;
  const { promptTokens, completionTokens, seconds } = reservation;
  const [row] = await client()<{ answer: Answer }[]>`
    select reserve_usage(${workspaceId}, ${id}, ${keyId}, ${memberId}, ${model}, ${upstreamModel}, ${operation}, ${isStreamed},
      ${promptTokens}, ${completionTokens}, ${price.inputPrice}, ${price.outputPrice}, ${seconds}) as answer`;
  if (!row) throw new Error("nothing was answered to a reservation");
  return row.answer;
}

/** Settles requests of one workspace in one transaction. What is settled already is passed over, so it may be repeated. */
export async function settleUsage(workspaceId: string, settlements: Settlement[]): Promise<number> {
  const outcomes = settlements.map(({ id, status, errorCode, usage, usageSource, firstByteMs, totalMs, reserved }) => ({
    ...(reserved && { reservation: inColumns(reserved) }),
    ...{ id, status, error_code: errorCode, usage_source: usageSource },
    ...{ prompt_tokens: usage?.promptTokens ?? null, completion_tokens: usage?.completionTokens ?? null },
    ...{ first_byte_ms: firstByteMs === null ? null : Math.round(firstByteMs), total_ms: Math.round(totalMs) },
  }));
  const [row] = await onLiveConnection(
    () => client()<{ n: number }[]>`select settle_usage(${workspaceId}, ${JSON.stringify(outcomes)}::text::jsonb) as n`,
  );
  return row?.n ?? 0;
}

function inColumns({ reservation, price }: NonNullable<Settlement["reserved"]>) {
  const { keyId, memberId, model, upstreamModel, operation, isStreamed, promptTokens, completionTokens } = reservation;
  return {
    ...{ key_id: keyId, member_id: memberId, model, upstream_model: upstreamModel, operation, is_streamed: isStreamed },
    ...{ prompt_tokens: promptTokens, completion_tokens: completionTokens },
    ...{ input_price: price.inputPrice, output_price: price.outputPrice },
  };
}

/** Reservations whose time is over, wherever: their instance died before it settled them. At most `limit`. */
export async function listLapsed(
  db: Db,
  limit: number,
): Promise<{ workspaceId: string; id: string; seconds: number }[]> {
  await db.execute(sql`select set_config('app.job', 'expired-reservations', true)`);
  const rows = await db.execute<{ workspaceId: string; id: string; seconds: number }>(sql`
    select workspace_id as "workspaceId", id, extract(epoch from expires_at - at)::float8 as seconds
    from usage_reservations where expires_at < now() order by expires_at limit ${limit}`);
  return [...rows];
}
