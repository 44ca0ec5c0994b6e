// P5: the members page of a workspace with 50 members, compared with the simplest page of Next.
import { figure } from "./figures.mjs";
import { request } from "./load.mjs";
import { startNextHandler } from "./next-handler.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";
import { page } from "./stage.mjs";

export async function run(stage) {
  const app = await stage.app();
  const where = await stage.world.place(stage.sql, 50);
  const members = page(stage, where.admin, `/w/${where.slug}/members`);
  const floor = await startNextHandler();
  const at = (name, bytes, inFlight, server = app) => ({
    name,
    port: server.port,
    pid: server.pid,
    next: () => bytes,
    inFlight,
    ms: 2_500,
  });
  const handler = at("handler", request("GET", "/api"), 8, floor);
  // Next's own work for a page: a page of this project that reads no data.
  const empty = at("empty", page(stage, where.admin, "/help"), 8);
  const alone = at("alone", members, 1);
  const together = at("together", members, 8);
  const found = await rounds(handler, [together, alone, empty], { warm: 4_000 });
  await floor.stop();
  const note = await profiled(app, () => measure(together));
  return [
    figure({
      id: "P5",
      name: "members page at 50, 8 in flight",
      value: found.together.rate,
      unit: "req/s",
      against: found.handler.rate,
      base: "Next JSON handler",
      atLeast: 0.22,
      note,
    }),
    figure({
      id: "P5",
      name: "a page that reads nothing, CPU a request",
      value: found.empty.cpu,
      unit: "ms",
      against: found.handler.cpu,
      base: "Next JSON handler",
    }),
    figure({
      id: "P5",
      name: "members page at 50, CPU a request",
      value: found.together.cpu,
      unit: "ms",
      against: found.handler.cpu,
      base: "Next JSON handler",
    }),
    figure({
      id: "P5",
      name: "members page at 50, one at a time",
      value: found.alone.p50,
      unit: "ms",
      note: "nextjs/saas-starter is not among the peers",
    }),
    figure({ id: "P5", name: "members page at 50, HTML as sent", value: found.alone.bytes / 1_000, unit: "kB" }),
  ].map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}
