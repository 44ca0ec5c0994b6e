// P1: GET /v1/models with 1,000 keys, 32 requests in flight.
import { figure } from "./figures.mjs";
import { request } from "./load.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";

const many = 1_000;

export async function run(stage) {
  const [app, door, floor, memory, standard] = [
    await stage.app(),
    await stage.bareDoor(),
    await stage.floor(),
    await stage.betterAuth("memory"),
    await stage.betterAuth("default"),
  ];
  const where = await stage.world.place(stage.sql);
  const keys = await stage.world.keys(stage.sql, where, many);
  const bearer = (path, key) => request("GET", path, { authorization: `Bearer ${key}` });
  const own = keys.map(({ key }) => bearer("/v1/models", key));
  const numbered = (path) => Array.from({ length: many }, (_, i) => bearer(path, `sk_${i + 1}`));
  const turns = (all) => (i) => all[i % all.length];
  const common = { inFlight: 32, ms: 2_500 };
  const atelier = { name: "atelier", port: app.port, pid: app.pid, next: turns(own), ...common };
  const at = (name, server, requests) =>
    server && { name, port: server.port, pid: server.pid, next: turns(requests), ...common };
  const hello = at("hello", floor, [request("GET", "/hello")]) ?? { ...atelier, name: "hello" };
  const found = await rounds(
    hello,
    [
      atelier,
      at("door", door, own),
      at("mem", floor, numbered("/mem")),
      at("pg", floor, numbered("/pg")),
      memory && at("memory", memory, [bearer("/v1/me", memory.seed.key)]),
      at("default", standard, numbered("/v1/me")),
    ].filter(Boolean),
  );
  const note = await profiled(app, () => measure(atelier));
  const { rate, p99, cpu } = found.atelier;
  const one = (more) =>
    figure({ id: "P1", name: "key check, 1,000 keys, 32 in flight", value: rate, unit: "req/s", ...more });
  const against = (name) => (floor ? found[name] : undefined);
  return [
    one({ against: against("hello")?.rate, base: "hello", atLeast: 0.5, note }),
    one({ against: found.door.rate, base: "what the door must do, on bare node:http", atLeast: 0.85 }),
    figure({
      id: "P1",
      name: "what the door must do, on bare node:http",
      value: found.door.rate,
      unit: "req/s",
      against: against("hello")?.rate,
      base: "hello",
    }),
    one({ against: against("mem")?.rate, base: "hash and Map" }),
    one({ against: against("pg")?.rate, base: "hash and one lookup" }),
    one({ against: against("memory")?.rate, base: "better-auth in memory", atLeast: 5 }),
    one({ against: against("default")?.rate, base: "better-auth as it comes", atLeast: 25 }),
    figure({
      id: "P1",
      name: "key check, p99",
      value: p99,
      unit: "ms",
      against: against("memory")?.p99,
      base: "better-auth in memory",
      atMost: 0.7,
    }),
    figure({
      id: "P1",
      name: "key check, CPU a request",
      value: cpu,
      unit: "ms",
      against: against("hello")?.cpu,
      base: "hello",
    }),
  ].map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}
