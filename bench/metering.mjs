// P14: how many ended requests one instance writes per second, for one busy workspace and for 1,000, each with its line in the ledger,
// three counters, its hour, and the leases of three limits. It uses the gateway's statement, one at a time, with the maximum number of lines.
// The floor writes only the ledger and the counters, in one statement that no policy checks.
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { figure } from "./figures.mjs";

const ms = 4_000;

const floor = `
  create or replace function floor_write(lines jsonb) returns void language sql as $$
    with l as (
      select o.* from jsonb_to_recordset(lines) as o (workspace_id uuid, id uuid, key_id text, counted_as text, member_id uuid)
    ), ledger as (
      insert into usage_ledger (workspace_id, id, key_id, member_id, model, upstream_model, operation, is_streamed, status, prompt_tokens,
          completion_tokens, input_price, output_price, cost, usage_source, total_ms)
        select workspace_id, id, key_id, member_id, 'm', 'm', 'chat', false, 200, 20, 10, 1000000, 2000000, 40, 'reported', 40 from l
    )
    insert into spend_counters as c (workspace_id, span, period, subject, spent)
      select workspace_id, 'month', date_trunc('month', now() at time zone 'UTC'), subject, 40 * count(*)
      from l cross join lateral (values (counted_as), ('member:' || member_id), ('workspace')) s (subject)
      group by 1, 4 order by 1, 4
      on conflict (workspace_id, span, period, subject) do update set spent = c.spent + excluded.spent
  $$`;

export async function run(stage) {
  const sql = postgres(stage.urls.DATABASE_APP_URL, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    // It creates the tables and is idle afterwards.
    await stage.app();
    await stage.sql.unsafe(floor);
    const hot = await workspaces(stage, 1);
    const many = await workspaces(stage, 1_000);
    const { columns, mostAtOnce } = stage.world;
    const write = writer(sql, columns);
    const throughput = (write, places, forMs) => linesPerSecond(write, places, mostAtOnce, forMs);
    await throughput(write, hot, 1_000);
    const found = { one: [], all: [], oneFloor: [], allFloor: [] };
    for (let round = 0; round < 3; round += 1) {
      found.one.push(await throughput(write, hot, ms));
      found.oneFloor.push(await throughput(floorWriter(stage.sql), hot, ms));
      found.all.push(await throughput(write, many, ms));
      found.allFloor.push(await throughput(floorWriter(stage.sql), many, ms));
    }
    const middle = (values) => values.toSorted((a, b) => a - b)[1];
    const of = (name, what, more) => figure({ id: "P14", name, value: middle(found[what]), unit: "/s", ...more });
    const base = "ledger and counters alone";
    return [
      of("lines settled, one hot workspace", "one", { atLeast: 15_000 }),
      of("lines settled, across 1,000 workspaces", "all", { atLeast: 10_000 }),
      of("lines settled, one hot workspace", "one", { against: middle(found.oneFloor), base }),
      of("lines settled, across 1,000 workspaces", "all", { against: middle(found.allFloor), base }),
    ];
  } finally {
    await sql.end();
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
  await stage.sql`update memberships set monthly_limit = 9000000000000 where workspace_id in ${stage.sql(ids)}`;
  await stage.sql`update api_keys set monthly_limit = 9000000000000 where workspace_id in ${stage.sql(ids)}`;
  return made;
}

const lineOf = ({ workspaceId, keyId, memberId }) => ({
  ...{ workspace_id: workspaceId, id: randomUUID(), key_id: keyId, counted_as: `key:${keyId}`, member_id: memberId },
  ...{ model: "m", upstream_model: "m", operation: "chat", is_streamed: false, status: 200, error_code: null },
  ...{ prompt_tokens: 20, completion_tokens: 10, input_price: 1_000_000, output_price: 2_000_000 },
  ...{ usage_source: "reported", first_byte_ms: 5, total_ms: 40 },
});

/** Returns the gateway's statement; it raises and lowers three leases of each workspace. */
function writer(sql, columns) {
  const instance = randomUUID();
  const period = `${new Date().toISOString().slice(0, 7)}-01`;
  let turn = 0;
  const prepare = (places) => {
    const distinct = [...new Set(places)];
    const leases = distinct
      .flatMap(({ workspaceId, keyId, memberId }) =>
        [`key:${keyId}`, `member:${memberId}`, "workspace"].map((subject) => ({ workspace_id: workspaceId, subject })),
      )
      .map(({ workspace_id, subject }, i) => ({
        ...{ i, workspace_id, subject, whose: subject, span: "month", period },
        ...{ keep: 0, wants: turn % 20 === 0, needs: turn % 20 === 0 ? [60] : [], extra: 0 },
      }));
    turn += 1;
    const workspaceIds = distinct.map(({ workspaceId }) => workspaceId).join(",");
    return { turn, workspaceIds, lines: places.map(lineOf), leases };
  };
  const write = ({ turn, workspaceIds, lines, leases }) => sql`
    select exchange_usage(${instance}, ${turn}, ${workspaceIds}, ${columns(lines)}::text::jsonb,
      ${columns(leases)}::text::jsonb, null, null, false)`;
  return { prepare, write };
}

const floorWriter = (sql) => ({
  prepare: (places) => places.map(lineOf),
  write: (lines) => sql`select floor_write(${JSON.stringify(lines)}::text::jsonb)`,
});

/** Returns the lines written per second, one batch after another. The next batch is built during the write, because requests also end during it. */
async function linesPerSecond({ prepare, write }, places, atOnce, forMs) {
  const begun = performance.now();
  let written = 0;
  let next = 0;
  const gather = () => prepare(Array.from({ length: atOnce }, () => places[next++ % places.length]));
  let batch = gather();
  while (performance.now() - begun < forMs) {
    // The driver sends the statement only when it is awaited.
    const writing = write(batch).execute();
    batch = gather();
    await writing;
    written += atOnce;
  }
  return (written / (performance.now() - begun)) * 1000;
}
