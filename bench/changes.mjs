// P13: creating an invitation, creating a key, accepting an invitation: each by many people, because each person has limits.
import { figure } from "./figures.mjs";
import { request } from "./load.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";
import { call } from "./stage.mjs";

const people = 100;
const aTurn = 50;

export async function run(stage) {
  const [app, peer] = [await stage.app(), await stage.betterAuth("default")];
  const { world, sql } = stage;
  const places = [];
  for (let i = 0; i < people; i += 1) places.push(await world.place(sql));
  const accepts = [];
  for (let i = 0; i < aTurn * 10; i += 1) {
    const whom = await world.person(sql, "Grace Hopper");
    const token = await world.invitation(sql, places[i % people], whom);
    accepts.push(call(stage, whom, "invitations.accept", { token }));
  }
  let drawn = 0;
  let accepted = 0;
  const fresh = () => `guest-${Date.now()}-${drawn++}@example.com`;
  const turn = () => places[drawn++ % people];
  const common = { port: app.port, pid: app.pid, inFlight: 1, ms: 20_000, count: aTurn, warm: 20_000, warmCount: 40 };
  const contenders = [
    {
      ...common,
      name: "invite",
      next() {
        const where = turn();
        return call(stage, where.admin, "invitations.create", {
          workspace: where.slug,
          emails: fresh(),
          role: "developer",
        });
      },
    },
    {
      ...common,
      name: "key",
      next() {
        const where = turn();
        return call(stage, where.admin, "keys.create", { workspace: where.slug, name: "Bench" });
      },
    },
    // A person can accept an invitation only once.
    { ...common, name: "accept", next: () => accepts[accepted++] },
  ];
  if (peer) {
    const theirs = { ...common, port: peer.port, pid: peer.pid };
    const headers = { host: new URL(peer.origin).host, origin: peer.origin, cookie: peer.seed.cookie };
    const organizationId = peer.seed.organizations[50];
    const invite = () =>
      request("POST", "/api/auth/organization/invite-member", headers, {
        email: fresh(),
        role: "member",
        organizationId,
      });
    const key = () => request("POST", "/api/auth/api-key/create", headers, { name: "Bench" });
    contenders.push({ ...theirs, name: "their invite", next: invite }, { ...theirs, name: "their key", next: key });
  }
  const control = {
    ...common,
    name: "control",
    next: () => request("GET", "/api/trpc/mailbox.isOpen", { host: stage.host }),
    count: 200,
  };
  const found = await rounds(control, contenders);
  const trip = await roundTrip(sql);
  const notes = {};
  for (const one of contenders.slice(0, 3)) notes[one.name] = await profiled(app, () => measure(one));
  const one = (name, theirs, more) =>
    figure({
      id: "P13",
      name,
      value: found[theirs[0]].p50,
      unit: "ms",
      against: found[theirs[1]]?.p50,
      atMost: 0.5,
      note: notes[theirs[0]],
      ...more,
    });
  return [
    figure({
      id: "P13",
      name: "a procedure that does nothing",
      value: found.control.p50,
      unit: "ms",
      against: found["their key"]?.p50,
      base: "better-auth's create key",
    }),
    figure({
      id: "P13",
      name: "one round trip to PostgreSQL, one at a time",
      value: trip,
      unit: "ms",
      against: found["their key"]?.p50,
      base: "better-auth's create key",
    }),
    one("create invitation", ["invite", "their invite"], { base: "better-auth's" }),
    one("create key", ["key", "their key"], { base: "better-auth's" }),
    one("accept invitation", ["accept", "their invite"], { base: "better-auth's create invitation" }),
  ].map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}

/** Returns the median time of the simplest possible query, in milliseconds. */
async function roundTrip(sql) {
  const times = [];
  for (let i = 0; i < 400; i += 1) {
    // Like the pause between the statements of a request, in which the database process is idle.
    await new Promise((resolve) => setTimeout(resolve, 2));
    const begun = performance.now();
    await sql`select 1`;
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[200];
}
