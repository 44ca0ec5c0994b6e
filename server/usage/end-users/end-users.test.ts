import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { allIsHeard, asking, startMeters, stopMeters, type TestMeter } from "@/tests/support/gateway/meters";
import { type TestWorkspace, workspace } from "@/tests/support/people";
import { EndUserMemory } from "./memory";
import { endUserNamed } from "./named";

process.env.DATABASE_POOL = "10";

let acme: TestWorkspace;
let at: { workspace: string };
let id: string;
let keyId: string;

beforeEach(async () => {
  acme = await workspace();
  ({ id } = acme);
  at = { workspace: acme.slug };
  keyId = (await acme.admin.api.keys.create({ ...at, name: "A key" })).id;
  await acme.admin.api.endUsers.set({ ...at, fields: ["user"], names: "hash", missing: "together" });
});
afterEach(stopMeters);

const limit = (of: string, span: "day" | "week" | "month" | "total", micro: number) =>
  acme.admin.api.budgets.set({ ...at, of, span, limit: String(micro / 1_000_000) });
const differences = async () => (await owner`select rebuild_usage(${id}, false) as n`)[0]?.n;
const request = (user: string | undefined) => asking(id, { keyId, endUserSent: { user } });
const counters = () => owner<{ subject: string; spent: number; reserved: number }[]>`
  select subject, spent::int, reserved::int from spend_counters where workspace_id = ${id} and subject like 'end-user:%' order by spent, subject`;
/** One after the other, until one is refused; returns how many were granted. */
async function fill(meter: TestMeter, user: string | undefined, most = 20): Promise<number> {
  for (let n = 0; n < most; n++) {
    const each = request(user);
    if (!(await meter.reserve(each)).isGranted) return n;
    meter.settle(each.id);
  }
  return most;
}

describe.each([
  ["that hear of each other", true],
  ["that hear nothing", false],
])("two instances %s", (_, isHearing) => {
  test("never exceed the limit of one of several end users, and refuse nothing while there is room", async () => {
    await limit("end-users", "day", 60 * 25 + 30);
    const meters = await startMeters(owner, 2, { isHearing });
    if (isHearing) await allIsHeard(owner);
    const users = ["ann", "bob", "cy"];
    const all = await Promise.all(
      Array.from({ length: 240 }, async (_each, i) => {
        const meter = meters[i % 2] as TestMeter;
        const user = users[i % 3] as string;
        const each = request(user);
        return { meter, user, each, answer: await meter.reserve(each) };
      }),
    );
    for (const user of users)
      expect(
        all.filter((one) => one.user === user && one.answer.isGranted),
        user,
      ).toHaveLength(25);
    for (const { spent, reserved } of await counters()) expect(spent + reserved).toBeLessThanOrEqual(60 * 25 + 30);
    for (const { meter, each, answer } of all) if (answer.isGranted) meter.settle(each.id);
    await Promise.all(meters.map(({ meter }) => meter.settled()));
    for (const { spent } of await counters()) expect(spent).toBe(60 * 25);
    expect(await differences()).toBe(0);
  });
});

describe("the limit of each end user", () => {
  test("counts what was spent before there was one, and anew where there was one before", async () => {
    const [one] = (await startMeters(owner, 1)) as [TestMeter];
    expect(await fill(one, "ann", 3)).toBe(3);
    await one.meter.settled();
    expect(await counters()).toEqual([]);
    await limit("end-users", "week", 60 * 5);
    await allIsHeard(owner);
    expect(await fill(one, "ann")).toBe(2);
    expect(await fill(one, "bob")).toBe(5);
    await one.meter.settled();
    expect(await differences()).toBe(0);
    await acme.admin.api.budgets.remove({ ...at, of: "end-users", span: "week" });
    await allIsHeard(owner);
    expect(await fill(one, "ann", 4)).toBe(4);
    await one.meter.settled();
    await limit("end-users", "week", 60 * 10);
    await allIsHeard(owner);
    expect(await fill(one, "ann")).toBe(1);
    await one.meter.settled();
    expect(await differences()).toBe(0);
  });

  test("gives way to one's own, higher or lower, over the same span alone", async () => {
    const [one] = (await startMeters(owner, 1)) as [TestMeter];
    await limit("end-users", "day", 60 * 3);
    await fill(one, "ann", 1);
    await fill(one, "bob", 1);
    const found = async (name: string) => (await acme.admin.api.endUsers.find({ ...at, name })).id as string;
    await limit(`end-user:${await found("ann")}`, "day", 60 * 6);
    await limit(`end-user:${await found("bob")}`, "day", 60);
    await limit(`end-user:${await found("bob")}`, "total", 60 * 2);
    await allIsHeard(owner);
    expect(await fill(one, "ann")).toBe(5);
    expect(await fill(one, "bob")).toBe(0);
    expect(await fill(one, "cy")).toBe(3);
    await one.meter.settled();
    expect(await differences()).toBe(0);
    const budget = await acme.admin.api.budgets.get({ ...at, of: `end-user:${await found("bob")}` });
    expect(budget.inherited).toEqual([]);
    expect((await acme.admin.api.budgets.get({ ...at, of: `end-user:${await found("cy")}` })).inherited).toEqual([
      { span: "day", limit: 180 },
    ]);
  });

  test("holds for all who are not named together, or refuses them", async () => {
    const [one] = (await startMeters(owner, 1)) as [TestMeter];
    await limit("end-users", "month", 60 * 2);
    await allIsHeard(owner);
    expect(await fill(one, undefined)).toBe(2);
    expect(await fill(one, "")).toBe(0);
    await acme.admin.api.endUsers.set({ ...at, fields: ["user"], names: "hash", missing: "refuse" });
    await allIsHeard(owner);
    await expect(fill(one, undefined)).rejects.toThrow("Say whom this request is made for, in user");
    await acme.admin.api.budgets.remove({ ...at, of: "end-users", span: "month" });
    await allIsHeard(owner);
    expect(await fill(one, undefined, 4)).toBe(4);
  });
});

test("a name is text without control characters, of the first place that has one", () => {
  const named = (sent: object, fields = ["header", "user"] as const) => endUserNamed(sent, fields);
  expect(named({ header: " Ann ", user: "bob" })).toBe("Ann");
  expect(named({ header: " ", user: "bob" })).toBe("bob");
  expect(named({ safety_identifier: "ann" })).toBeNull();
  expect(endUserNamed(undefined, ["user"])).toBeNull();
  for (const user of [7, {}, "a\u0000b", "\ud800", "x".repeat(257)])
    expect(named({ user }), String(user)).toMatchObject({ param: "user" });
  expect(named({ user: "😀".repeat(256) })).toBe("😀".repeat(256));
});

test("an instance remembers so many, of more those that were asked for last", async () => {
  const memory = new EndUserMemory(() => true, 3);
  const rules = { fields: ["user" as const], missing: "together" as const, spans: null, spansOfUnnamed: null };
  const find = (user: string) => memory.find(id, { user }, rules);
  const ann = await find("ann");
  for (const user of ["bob", "cy"]) await find(user);
  expect(find("ann")).toBe(ann);
  await find("dan");
  // Bob was asked for longest ago.
  const bob = find("bob");
  expect(bob).toBeInstanceOf(Promise);
  expect(find("ann")).toBe(ann);
  await bob;
  // Rules that have changed hold at once, also for those remembered under others.
  const limited = memory.find(id, { user: "ann" }, { ...rules, spans: ["day"] });
  expect(limited).toMatchObject({ id: ann && "id" in ann && ann.id, budgets: [{ span: "day" }] });
  memory.forget(id);
  const [once, again] = [find("ann"), find("ann")];
  expect(await once).toEqual(ann);
  expect(await again).toBe(await once);
});
