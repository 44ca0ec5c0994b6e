// P14: reserving and settling, on one hot workspace and across 1,000: the statements the gateway sends, over as many
// connections as an instance has. The floor writes the same rows in as few statements as they fit in, under the same policies,
// and decides nothing: no limit, no price, no bucket, no request that is settled twice.
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { figure } from "./figures.mjs";

const connections = 8;
const inFlight = 64;
const ms = 4_000;
const atOnce = 100;

const floor = `
  create or replace function floor_reserve(w uuid, request uuid, k text, m uuid) returns void language plpgsql as $$ begin
    perform set_config('app.workspace_id', w::text, true);
    perform set_config('synchronous_commit', 'off', true);
    insert into spend_counters as c (workspace_id, period, subject, reserved)
      select w, date_trunc('month', now() at time zone 'UTC'), subject, 60
      from (values ('key:' || k), ('member:' || m), ('workspace')) s (subject)
      on conflict (workspace_id, period, subject) do update set reserved = c.reserved + excluded.reserved;
    insert into usage_reservations (workspace_id, id, key_id, member_id, model, upstream_model, operation, is_streamed, prompt_tokens,
        completion_tokens, input_price, output_price, cost, period, expires_at)
      values (w, request, k, m, 'm', 'm', 'chat', false, 20, 20, 1000000, 2000000, 60, date_trunc('month', now() at time zone 'UTC'),
        now() + interval '1 minute');
  end $$;
  create or replace function floor_settle(w uuid, k text, m uuid, requests text) returns integer language plpgsql as $$
  declare settled integer; begin
    perform set_config('app.workspace_id', w::text, true);
    with gone as (
      delete from usage_reservations r using string_to_table(requests, ' ') one where r.workspace_id = w and r.id = one::uuid returning r.id
    )
    insert into usage_ledger (workspace_id, id, key_id, member_id, model, upstream_model, operation, is_streamed, status, prompt_tokens,
        completion_tokens, input_price, output_price, cost, usage_source, total_ms)
      select w, id, k, m, 'm', 'm', 'chat', false, 200, 20, 10, 1000000, 2000000, 40, 'reported', 40 from gone;
    get diagnostics settled = row_count;
    with held as (
      select period, subject from spend_counters where workspace_id = w and period = date_trunc('month', now() at time zone 'UTC')
        and subject in ('key:' || k, 'member:' || m, 'workspace') order by subject for update
    )
    update spend_counters c set spent = c.spent + 40 * settled, reserved = c.reserved - 60 * settled
      from held where c.workspace_id = w and c.period = held.period and c.subject = held.subject;
    insert into usage_hourly as h (workspace_id, hour, model, key_id, member_id, requests, errors, prompt_tokens, completion_tokens, cost, latency)
      values (w, date_trunc('hour', now()), 'm', k, m, settled, 0, 20 * settled, 10 * settled, 40 * settled, array_fill(settled, array[32]))
      on conflict (workspace_id, hour, model, key_id, member_id) do update set requests = h.requests + excluded.requests,
        prompt_tokens = h.prompt_tokens + excluded.prompt_tokens, completion_tokens = h.completion_tokens + excluded.completion_tokens,
        cost = h.cost + excluded.cost, latency = excluded.latency;
    return settled;
  end $$`;

/** The statements that take one request's cost and settle several of one place, as the gateway sends them and at the least. */
const statements = {
  atelier: {
    reserve: async (sql, { workspaceId, keyId, memberId }, id) => {
      const [{ answer }] = await sql`
        select reserve_usage(${workspaceId}, ${id}, ${keyId}, ${memberId}, 'm', 'm', 'chat', false, 20, 20, 1000000, 2000000, 60) as answer`;
      if (!answer.isGranted) throw new Error(`a reservation was refused: ${JSON.stringify(answer)}`);
    },
    settle: (sql, { workspaceId }, ids) => {
      const outcomes = ids.map((id) => ({
        ...{ id, status: 200, usage_source: "reported", prompt_tokens: 20, completion_tokens: 10, total_ms: 40 },
      }));
      return sql`select settle_usage(${workspaceId}, ${JSON.stringify(outcomes)}::text::jsonb) as n`;
    },
  },
  floor: {
    reserve: (sql, { workspaceId, keyId, memberId }, id) =>
      sql`select floor_reserve(${workspaceId}, ${id}, ${keyId}, ${memberId})`,
    settle: (sql, { workspaceId, keyId, memberId }, ids) =>
      sql`select floor_settle(${workspaceId}, ${keyId}, ${memberId}, ${ids.join(" ")}) as n`,
  },
};

export async function run(stage) {
  const connect = (url) => postgres(url, { max: connections, fetch_types: false, onnotice: () => {} });
  const [sql, owner] = [connect(stage.urls.DATABASE_APP_URL), connect(stage.urls.DATABASE_URL)];
  try {
    // It makes the tables, and is idle from then on.
    await stage.app();
    await stage.sql.unsafe(floor);
    const hot = await workspaces(stage, 1);
    const many = await workspaces(stage, 1_000);
    await throughput(sql, statements.atelier, hot, 1_000);
    const found = { one: [], all: [], oneFloor: [], allFloor: [] };
    for (let round = 0; round < 3; round += 1) {
      found.one.push(await throughput(sql, statements.atelier, hot, ms));
      found.oneFloor.push(await throughput(owner, statements.floor, hot, ms));
      found.all.push(await throughput(sql, statements.atelier, many, ms));
      found.allFloor.push(await throughput(owner, statements.floor, many, ms));
    }
    const middle = (values) => values.toSorted((a, b) => a - b)[1];
    const of = (name, what, more) => figure({ id: "P14", name, value: middle(found[what]), unit: "/s", ...more });
    const base = "the same rows written, nothing decided";
    return [
      of("reserve and settle, one hot workspace", "one", { atLeast: 2_000 }),
      of("reserve and settle, across 1,000 workspaces", "all", { atLeast: 4_000 }),
      of("reserve and settle, one hot workspace", "one", { against: middle(found.oneFloor), base }),
      of("reserve and settle, across 1,000 workspaces", "all", { against: middle(found.allFloor), base }),
    ];
  } finally {
    await Promise.all([sql.end(), owner.end()]);
  }
}

async function workspaces(stage, count) {
  const made = [];
  for (let i = 0; i < count; i += 1) {
    const where = await stage.world.place(stage.sql);
    const [key] = await stage.world.keys(stage.sql, where, 1);
    made.push({ workspaceId: where.id, keyId: key.id, memberId: where.admin.id });
  }
  const ids = made.map(({ workspaceId }) => workspaceId);
  await stage.sql`update workspaces set monthly_limit = 9000000000000 where id in ${stage.sql(ids)}`;
  return made;
}

/** Requests a second that were reserved and settled, settling in batches of one workspace as the gateway does. */
async function throughput(sql, { reserve, settle }, places, forMs) {
  const waiting = new Map();
  let settled = 0;
  const settleOf = async (place) => {
    const ids = waiting.get(place) ?? [];
    waiting.delete(place);
    if (ids.length === 0) return;
    const [{ n }] = await settle(sql, place, ids);
    settled += n;
  };
  const begun = performance.now();
  let turn = 0;
  const lane = async () => {
    while (performance.now() - begun < forMs) {
      const place = places[turn++ % places.length];
      const id = randomUUID();
      await reserve(sql, place, id);
      const ids = waiting.get(place) ?? [];
      ids.push(id);
      waiting.set(place, ids);
      if (ids.length >= (places.length > 1 ? 5 : atOnce)) await settleOf(place);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  for (const place of [...waiting.keys()]) await settleOf(place);
  return (settled / (performance.now() - begun)) * 1000;
}
