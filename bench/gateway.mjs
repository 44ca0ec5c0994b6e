// P4: how much time the gateway adds to a chat call with key, limits and ledger, compared with the model server alone and
// with Portkey's gateway, which checks no key and has no ledger. The model server answers immediately.
import { figure } from "./figures.mjs";
import { request } from "./load.mjs";
import { peersDir, profiled, start } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";

const body = { model: "m", messages: [{ role: "user", content: "Hello!" }], max_tokens: 20 };

export async function run(stage) {
  const floor = await stage.floor();
  if (!floor) throw new Error("it needs the peers (PEERS_DIR), because one of them is the model server");
  const app = await stage.gateway(`http://127.0.0.1:${floor.port}/v1`);
  const where = await stage.world.place(stage.sql);
  const [{ key, id }] = await stage.world.keys(stage.sql, where, 1);
  await stage.sql`update api_keys set requests_per_minute = 10000000, tokens_per_minute = 2000000000, monthly_limit = 9000000000000 where id = ${id}`;
  await stage.sql`update workspaces set monthly_limit = 9000000000000 where id = ${where.id}`;
  const portkey = await startPortkey();
  const forwards = { upstream: floor.port, workspaceId: where.id, keyId: id, memberId: where.admin.id };
  const door = await stage.bareDoor({ forwards });
  const path = "/v1/chat/completions";
  const upstream = { "x-portkey-provider": "openai", "x-portkey-custom-host": `http://127.0.0.1:${floor.port}/v1` };
  const calls = (sent) => ({
    direct: [floor, request("POST", path, {}, sent)],
    atelier: [app, request("POST", path, { authorization: `Bearer ${key}` }, sent)],
    door: [door, request("POST", path, { authorization: `Bearer ${key}` }, sent)],
    portkey: [portkey, request("POST", path, { authorization: "Bearer x", ...upstream }, sent)],
  });
  const at = ([server, bytes], name, inFlight) =>
    server && { name, port: server.port, pid: server.pid, next: () => bytes, inFlight, ms: 2_500 };
  const plain = calls(body);
  const streamed = calls({ ...body, stream: true });
  const contenders = ["atelier", "door", "portkey"].flatMap((name) => [
    at(plain[name], `${name} 1`, 1),
    at(plain[name], `${name} 32`, 32),
    // Portkey answers a stream of this model server with 500, and the bare door does not support streams.
    name === "atelier" ? at(streamed[name], `${name} streamed`, 1) : undefined,
  ]);
  const control = at(plain.direct, "direct 1", 1);
  const others = [at(plain.direct, "direct 32", 32), at(streamed.direct, "direct streamed", 1), ...contenders];
  const found = await rounds(control, others.filter(Boolean), { warm: 2_500 });
  const note = await profiled(app, () => measure(at(plain.atelier, "atelier 32", 32)));
  await portkey.stop();
  await app.stop();
  const added = (name, how, what) => found[`${name} ${how}`][what] - found[`direct ${how}`][what];
  const overhead = (name, how, what, more = {}) =>
    figure({
      id: "P4",
      name,
      value: added("atelier", how, what),
      unit: "ms",
      against: added("portkey", how, what),
      base: "Portkey's",
      ...more,
    });
  return [
    overhead("added to a chat call, one at a time, p50", "1", "p50", { atMost: 0.4, note }),
    figure({
      id: "P4",
      name: "what the door must add to it, on bare node:http, p50",
      value: added("door", "1", "p50"),
      unit: "ms",
      against: added("portkey", "1", "p50"),
      base: "Portkey's",
    }),
    overhead("added to a chat call, one at a time, p99", "1", "p99"),
    figure({
      id: "P4",
      name: "added to a chat call, one at a time, p99",
      value: added("atelier", "1", "p99"),
      unit: "ms",
      against: added("portkey", "1", "p50"),
      base: "Portkey's p50",
      atMost: 3,
    }),
    figure({
      id: "P4",
      name: "added to a streamed chat call, to its end, p50",
      value: added("atelier", "streamed", "p50"),
      unit: "ms",
      against: added("portkey", "1", "p50"),
      base: "Portkey's to one that is not streamed",
      atMost: 0.4,
    }),
    overhead("added to a chat call, 32 in flight, p50", "32", "p50"),
    figure({
      id: "P4",
      name: "chat calls, 32 in flight",
      value: found["atelier 32"].rate,
      unit: "req/s",
      against: found["portkey 32"].rate,
      base: "Portkey",
      atLeast: 4,
    }),
    figure({
      id: "P4",
      name: "what the door must do, on bare node:http, 32 in flight",
      value: found["door 32"].rate,
      unit: "req/s",
      against: found["portkey 32"].rate,
      base: "Portkey",
    }),
    figure({
      id: "P4",
      name: "chat calls, 32 in flight, CPU a request",
      value: found["atelier 32"].cpu,
      unit: "ms",
      atMost: 0.2,
    }),
    figure({
      id: "P4",
      name: "chat calls, 32 in flight, CPU a request",
      value: found["atelier 32"].cpu,
      unit: "ms",
      against: found["door 32"].cpu,
      base: "what the door must do",
    }),
    figure({ id: "P4", name: "Portkey, 32 in flight, CPU a request", value: found["portkey 32"].cpu, unit: "ms" }),
  ].map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}

function startPortkey() {
  return start({
    args: [
      "--require",
      "./loopback.cjs",
      "node_modules/@portkey-ai/gateway/build/start-server.js",
      "--headless",
      "--port=4104",
    ],
    cwd: peersDir,
    env: { NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
    port: 4104,
    path: "/",
  });
}
