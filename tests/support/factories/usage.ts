import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { latencyBucket } from "@/server/usage/latency";
import type { Outcome } from "@/server/usage/reservation";

/** The values of a request that reached a model server which a test can choose; all others have defaults. */
export type Used = {
  at?: Date;
  id?: string;
  keyId?: string | null;
  memberId?: string | null;
  model?: string;
  operation?: string;
  status?: number;
  errorCode?: string | null;
  promptTokens?: number;
  completionTokens?: number;
  /** In micro-units. */
  cost?: number;
  totalMs?: number;
};

/** The outcome of an answered request that used nothing. */
export const answered: Outcome = {
  status: 200,
  errorCode: null,
  usage: null,
  usageSource: "none",
  firstByteMs: null,
  totalMs: 1,
};

/**
 * Deletes the daily roll-up of a workspace, because a test is about to add usage to a past day, which the product
 * never does.
 */
export async function forgetDays(sql: postgres.ISql, workspaceId: string): Promise<void> {
  // In a DO block each statement sees what was committed before it, including changes by the transaction that held
  // the lock.
  await sql.unsafe(`do $$ begin
    perform pg_advisory_xact_lock(usage_lock('${workspaceId}'));
    delete from usage_daily where workspace_id = '${workspaceId}';
  end $$`);
}

/** Writes requests into the ledger, and adds them to its hours as settling them would have done. */
export async function use(sql: postgres.ISql, workspaceId: string, requests: Used[]): Promise<void> {
  for (const used of requests) {
    const { at = new Date(), id = randomUUID(), keyId = null, memberId = null, model = "atelier-base" } = used;
    const { operation = "chat" } = used;
    const { status = 200, errorCode = null, promptTokens = 10, completionTokens = 20, cost = 0, totalMs = 100 } = used;
    await sql`
      insert into usage_ledger (workspace_id, at, id, key_id, member_id, model, upstream_model, operation, is_streamed,
        status, error_code, prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, total_ms)
      values (${workspaceId}, ${at}, ${id}, ${keyId}, ${memberId}, ${model}, ${model}, ${operation}, false,
        ${status}, ${errorCode}, ${promptTokens}, ${completionTokens}, 0, 0, ${cost}, 'reported', ${totalMs})`;
    const bucket = latencyBucket(totalMs);
    await sql`
      insert into usage_hourly as h (workspace_id, hour, model, key_id, member_id, requests, errors, prompt_tokens, completion_tokens, cost, latency, operation)
      values (${workspaceId}, date_trunc('hour', ${at}::timestamptz, 'UTC'), ${model}, ${keyId}, ${memberId}, 1, ${status >= 400 ? 1 : 0},
        ${promptTokens}, ${completionTokens}, ${cost},
        (select array_agg((i = ${bucket})::int order by i) from generate_series(1, 32) i), ${operation})
      on conflict on constraint usage_hourly_once do update set
        requests = h.requests + excluded.requests, errors = h.errors + excluded.errors,
        prompt_tokens = h.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = h.completion_tokens + excluded.completion_tokens, cost = h.cost + excluded.cost,
        latency = (select array_agg(a + b order by i) from unnest(h.latency, excluded.latency) with ordinality as pair(a, b, i))`;
  }
  await forgetDays(sql, workspaceId);
}
