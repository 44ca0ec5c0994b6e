// P7: the workspace list of a person in 1,000 workspaces, compared with a person in 10 and with better-auth's list.
import { figure } from "./figures.mjs";
import { request } from "./load.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";
import { page } from "./stage.mjs";

export async function run(stage) {
  const [app, peer] = [await stage.app(), await stage.betterAuth("default")];
  const common = { port: app.port, pid: app.pid, inFlight: 1, ms: 3_000 };
  const contenders = [];
  for (const many of [10, 1_000]) {
    const who = await stage.world.person(stage.sql);
    const slug = await stage.world.memberOfMany(stage.sql, who, many);
    const menu = page(stage, who, "/api/trpc/account.menu");
    const overview = page(stage, who, `/w/${slug}`);
    contenders.push(
      { ...common, name: `menu ${many}`, next: () => menu },
      { ...common, name: `page ${many}`, next: () => overview },
    );
  }
  await stage.sql`analyze memberships, workspaces`;
  if (peer) {
    const headers = { host: new URL(peer.origin).host, cookie: peer.seed.manyCookie };
    const list = request("GET", "/api/auth/organization/list", headers);
    const theirs = { port: peer.port, pid: peer.pid, ms: 3_000, next: () => list };
    const menu = contenders.find(({ name }) => name === "menu 1000");
    contenders.push({ ...theirs, name: "peer", inFlight: 1 }, { ...theirs, name: "peer 32", inFlight: 32 });
    contenders.push({ ...menu, name: "menu 32", inFlight: 32 });
  }
  const [control, ...others] = contenders;
  const found = await rounds(control, others, { warm: 2_000 });
  const note = await profiled(app, () => measure(contenders.find(({ name }) => name === "menu 1000")));
  const one = (more) => figure({ id: "P7", unit: "ms", ...more });
  return [
    one({
      name: "switcher with 1,000 workspaces",
      value: found["menu 1000"].p50,
      against: found.peer?.p50,
      base: "better-auth's list",
      atMost: 0.3,
      note,
    }),
    one({
      name: "switcher with 1,000 workspaces",
      value: found["menu 1000"].p50,
      against: found["menu 10"].p50,
      base: "with 10",
      atMost: 1.2,
    }),
    one({
      name: "page with 1,000 workspaces in its switcher",
      value: found["page 1000"].p50,
      against: found["page 10"].p50,
      base: "with 10",
      atMost: 1.2,
    }),
    figure({
      id: "P7",
      name: "switcher with 1,000, 32 in flight",
      unit: "req/s",
      value: found["menu 32"]?.rate ?? Number.NaN,
      against: found["peer 32"]?.rate,
      base: "better-auth's list",
    }),
  ].map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}
