// P4b: how much time limits add to a chat call. Compares a key of a workspace without limits with one that has every kind of limit on key, member,
// model, workspace and ceiling, at one instance; and the limited one at three instances on one database. The model server answers immediately.
import { figure } from "./figures.mjs";
import { request } from "./load.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";

const body = { model: "m", messages: [{ role: "user", content: "Hello!" }], max_tokens: 20 };
const path = "/v1/chat/completions";
const ms = 2_500;
const much = 9_000_000_000_000;

export async function run(stage) {
  const floor = await stage.floor();
  if (!floor) throw new Error("it needs the peers (PEERS_DIR), because one of them is the model server");
  const upstream = `http://127.0.0.1:${floor.port}/v1`;
  const instances = [];
  for (const name of ["gateway 1", "gateway 2", "gateway 3"]) instances.push(await stage.gateway(upstream, name));
  const [app] = instances;
  try {
    const free = await keyOf(stage);
    const limited = await keyOf(stage);
    await limit(stage, limited);
    const call = ({ key }) => request("POST", path, { authorization: `Bearer ${key}` }, body);
    const at = (name, { port, pid }, bytes, inFlight) => ({ name, port, pid, next: () => bytes, inFlight, ms });
    const direct = request("POST", path, {}, body);
    const three = instances.map((each, i) => at(`limited at ${i}`, each, call(limited), [11, 11, 10][i]));
    const contenders = [
      at("free 1", app, call(free), 1),
      at("free 32", app, call(free), 32),
      at("limited 1", app, call(limited), 1),
      at("limited 32", app, call(limited), 32),
      { name: "three 32", together: three, ms },
    ];
    const found = await rounds(at("direct 1", floor, direct, 1), contenders, { warm: 2_500 });
    const note = await profiled(app, () => measure(at("limited 32", app, call(limited), 32)));
    const added = (name) => found[`${name} 1`].p50 - found["direct 1"].p50;
    const of = (name, value, unit, more) => figure({ id: "P4b", name, value, unit, ...more });
    return [
      of("added to a chat call with every limit, p50", added("limited"), "ms", {
        ...{ against: added("free"), base: "without limits", atMost: 1.25, note },
      }),
      of("CPU a call with every limit, 32 in flight", found["limited 32"].cpu, "ms", {
        ...{ against: found["free 32"].cpu, base: "without limits", atMost: 1.25 },
      }),
      of("chat calls with every limit, 32 in flight", found["limited 32"].rate, "req/s", {
        ...{ against: found["free 32"].rate, base: "without limits" },
      }),
      of("CPU a call at three instances", found["three 32"].cpu, "ms", {
        ...{ against: found["limited 32"].cpu, base: "one instance" },
      }),
      of("chat calls at three instances", found["three 32"].rate, "req/s", {
        ...{ against: found["limited 32"].rate, base: "one instance" },
      }),
    ].map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
  } finally {
    for (const each of instances) await each.stop();
  }
}

async function keyOf(stage) {
  const where = await stage.world.place(stage.sql);
  const [{ key, id }] = await stage.world.keys(stage.sql, where, 1);
  return { key, id, workspaceId: where.id, memberId: where.admin.id };
}

async function limit({ sql }, { id, workspaceId, memberId }) {
  await sql`update api_keys set requests_per_minute = 10000000, tokens_per_minute = 2000000000, monthly_limit = ${much} where id = ${id}`;
  await sql`update workspaces set monthly_limit = ${much} where id = ${workspaceId}`;
  await sql`update memberships set monthly_limit = ${much} where workspace_id = ${workspaceId}`;
  await sql`
    insert into rate_limits (workspace_id, model, requests_per_minute, tokens_per_minute)
    select ${workspaceId}::uuid, m, 10000000, 2000000000 from unnest(array['', 'm']) m`;
  await sql`
    insert into budgets (workspace_id, whose, span, subject, amount)
    select ${workspaceId}::uuid, whose, span, whose, ${much}::bigint
    from unnest(array['workspace', 'ceiling', 'model:m', ${`key:${id}`}, ${`member:${memberId}`}]) whose, unnest(array['day', 'week', 'total']) span
    union all select ${workspaceId}::uuid, whose, 'month', whose, ${much}::bigint from unnest(array['ceiling', 'model:m']) whose`;
}
