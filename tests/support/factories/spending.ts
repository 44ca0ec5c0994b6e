import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { forgetDays } from "./usage";

/** Answered requests of one hour, for the ledger and the data derived from it. Money in micro-units. */
export type Spent = {
  cost: number;
  /** In UTC; by default now. */
  at?: Date;
  requests?: number;
  errors?: number;
  model?: string;
  keyId?: string | null;
  memberId?: string | null;
  /** In order. */
  tags?: string[] | null;
  /** The end user of the requests. */
  endUser?: string | null;
  inputPrice?: number;
  outputPrice?: number;
};

/** Writes requests with this cost into a workspace's ledger, hours and counters, without checking limits. */
export async function spend(sql: postgres.Sql, workspaceId: string, spent: Spent): Promise<void> {
  const { cost, at = new Date(), requests = 1, errors = 0, model = "atelier-base" } = spent;
  const {
    keyId = null,
    memberId = null,
    tags = null,
    endUser = null,
    inputPrice = 200_000,
    outputPrice = 600_000,
  } = spent;
  const hour = new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000);
  const period = `${at.toISOString().slice(0, 7)}-01`;
  // The first request's row has the whole cost; the others cost nothing.
  for (let i = 0; i < requests; i++)
    await sql`
      insert into usage_ledger (workspace_id, at, id, key_id, member_id, model, upstream_model, operation, is_streamed, status,
        prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, total_ms, tags, end_user)
      values (${workspaceId}, ${at}, ${randomUUID()}, ${keyId}, ${memberId}, ${model}, ${model}, 'chat', false,
        ${i < errors ? 500 : 200}, 10, 20, ${inputPrice}, ${outputPrice}, ${i === 0 ? cost : 0}, 'reported', 100, ${tags}, ${endUser})`;
  await sql`
    insert into usage_hourly (workspace_id, hour, model, key_id, member_id, requests, errors, prompt_tokens,
      completion_tokens, cost, latency, tags, operation)
    values (${workspaceId}, ${hour}, ${model}, ${keyId}, ${memberId}, ${requests}, ${errors}, ${requests * 10},
      ${requests * 20}, ${cost}, '{0}', ${tags}, 'chat')
    on conflict on constraint usage_hourly_once do update set requests = usage_hourly.requests + excluded.requests,
      errors = usage_hourly.errors + excluded.errors, cost = usage_hourly.cost + excluded.cost`;
  if (endUser)
    await sql`
      insert into end_user_usage as u (workspace_id, end_user, span, period, requests, errors, prompt_tokens, completion_tokens, cost)
      select ${workspaceId}, ${endUser}, s.span, period_of(s.span, ${at}::timestamptz), ${requests}, ${errors}, ${requests * 10}, ${requests * 20}, ${cost}
      from (values ('day'), ('month')) s (span)
      on conflict (workspace_id, end_user, span, period) do update set requests = u.requests + excluded.requests, cost = u.cost + excluded.cost`;
  await forgetDays(sql, workspaceId);
  for (const subject of ["workspace", keyId && `key:${keyId}`, memberId && `member:${memberId}`].filter(Boolean))
    await sql`
      insert into spend_counters (workspace_id, period, subject, spent) values (${workspaceId}, ${period}, ${subject}, ${cost})
      on conflict (workspace_id, span, period, subject) do update set spent = spend_counters.spent + excluded.spent`;
  // Other budgets are also counted over their own periods.
  await sql`
    insert into spend_counters (workspace_id, span, period, subject, spent)
    select distinct b.workspace_id, b.span, period_of(b.span, ${at}::timestamptz), b.subject, ${cost}::bigint from budgets b
    where b.workspace_id = ${workspaceId} and (b.subject in ('workspace', 'ceiling', ${`key:${keyId}`}, ${`member:${memberId}`}, ${`model:${model}`})
      or b.subject = any (${(tags ?? []).map((tag) => `tag:${tag}`)}))
    on conflict (workspace_id, span, period, subject) do update set spent = spend_counters.spent + excluded.spent`;
}

/** Fills a bucket of the gateway as of now; `key` is the part after "v1:". */
export async function fillBucket(sql: postgres.Sql, key: string, level: number): Promise<void> {
  await sql`
    insert into rate_buckets (key, level, at) values (${`v1:${key}`}, ${level}, clock_timestamp())
    on conflict (key) do update set level = excluded.level, at = excluded.at`;
}
