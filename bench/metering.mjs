// P14: reserving and settling, on one hot workspace and across 1,000: the statements the gateway sends, over as many
// connections as an instance has.
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { figure } from "./figures.mjs";

const connections = 8;
const inFlight = 64;
const ms = 4_000;
const atOnce = 100;

export async function run(stage) {
  const sql = postgres(stage.urls.DATABASE_APP_URL, { max: connections, fetch_types: false, onnotice: () => {} });
  try {
    const hot = await workspaces(stage, 1);
    const many = await workspaces(stage, 1_000);
    await throughput(sql, hot, 1_000);
    const one = [];
    const all = [];
    for (let round = 0; round < 3; round += 1) {
      one.push(await throughput(sql, hot, ms));
      all.push(await throughput(sql, many, ms));
    }
    const middle = (values) => values.toSorted((a, b) => a - b)[1];
    const of = (name, value, atLeast) => figure({ id: "P14", name, value, unit: "/s", atLeast });
    return [
      of("reserve and settle, one hot workspace", middle(one), 2_000),
      of("reserve and settle, across 1,000 workspaces", middle(all), 4_000),
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
  return made;
}

/** Requests a second that were reserved and settled, settling in batches of one workspace as the gateway does. */
async function throughput(sql, places, forMs) {
  const waiting = new Map();
  let settled = 0;
  const settle = async (workspaceId) => {
    const ids = waiting.get(workspaceId) ?? [];
    waiting.delete(workspaceId);
    if (ids.length === 0) return;
    const outcomes = ids.map((id) => ({
      ...{ id, status: 200, usage_source: "reported", prompt_tokens: 20, completion_tokens: 10, total_ms: 40 },
    }));
    const [{ n }] = await sql`select settle_usage(${workspaceId}, ${JSON.stringify(outcomes)}::text::jsonb) as n`;
    settled += n;
  };
  const begun = performance.now();
  let turn = 0;
  const lane = async () => {
    while (performance.now() - begun < forMs) {
      const { workspaceId, keyId, memberId } = places[turn++ % places.length];
      const id = randomUUID();
      const [{ answer }] = await sql`
        select reserve_usage(${workspaceId}, ${id}, ${keyId}, ${memberId}, 'm', 'm', 'chat', false, 20, 20, 1000000, 2000000, 60) as answer`;
      if (!answer.isGranted) throw new Error(`a reservation was refused: ${JSON.stringify(answer)}`);
      const ids = waiting.get(workspaceId) ?? [];
      ids.push(id);
      waiting.set(workspaceId, ids);
      if (ids.length >= (places.length > 1 ? 5 : atOnce)) await settle(workspaceId);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  for (const workspaceId of [...waiting.keys()]) await settle(workspaceId);
  return (settled / (performance.now() - begun)) * 1000;
}
