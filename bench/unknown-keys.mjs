// P2: requests with keys that this process has never seen, with a million rows in the table.
import { figure } from "./figures.mjs";
import { request } from "./load.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";

const inTable = 1_000_000;
const known = 60_000;
const aTurn = 8_000;

export async function run(stage) {
  const [app, door, floor] = [await stage.app(), await stage.bareDoor({ asks: true }), await stage.floor()];
  const where = await stage.world.place(stage.sql);
  await stage.world.otherKeys(stage.sql, where, inTable);
  const keys = await stage.world.keys(stage.sql, where, known);
  let sent = 0;
  const fresh = () => {
    const { key } = keys[sent++ % keys.length];
    return request("GET", "/v1/models", { authorization: `Bearer ${key}` });
  };
  const spread = (i) => request("GET", "/pg", { authorization: `Bearer sk_${1 + ((i * 7_919) % inTable)}` });
  const common = { inFlight: 32, ms: 20_000, warm: 20_000, warmCount: 2_000, count: aTurn };
  const atelier = { name: "atelier", port: app.port, pid: app.pid, next: fresh, ...common };
  const atDoor = { ...atelier, name: "door", port: door.port, pid: door.pid };
  const pg = floor && { name: "pg", port: floor.port, pid: floor.pid, next: spread, ...common };
  const hello = floor
    ? { name: "hello", port: floor.port, pid: floor.pid, next: () => request("GET", "/hello"), ...common }
    : { ...atelier, name: "hello" };
  const found = await rounds(hello, [atelier, atDoor, pg].filter(Boolean));
  const note = await profiled(app, () => measure(atelier));
  return [
    figure({
      id: "P2",
      name: "never-seen keys, 10^6 rows",
      value: found.atelier.rate,
      unit: "req/s",
      against: found.pg?.rate,
      base: "hash and one lookup",
      atLeast: 0.7,
      note,
    }),
    figure({
      id: "P2",
      name: "never-seen keys, 10^6 rows",
      value: found.atelier.rate,
      unit: "req/s",
      against: found.door.rate,
      base: "what the door must do and one lookup, on bare node:http",
    }),
    figure({
      id: "P2",
      name: "what the door must do and one lookup, on bare node:http",
      value: found.door.rate,
      unit: "req/s",
      against: found.pg?.rate,
      base: "hash and one lookup",
    }),
    figure({
      id: "P2",
      name: "never-seen keys, CPU a request",
      value: found.atelier.cpu,
      unit: "ms",
      against: found.pg?.cpu,
      base: "hash and one lookup",
    }),
  ].map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}
