import { beforeAll, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, newPerson, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { type KeySort, type KeyState, mostCounted, mostSurveyed } from "./input";

let acme: TestWorkspace;
let dev: Signed;

/** Inserts a key; `columns` are SQL. */
async function key(id: string, columns: Record<string, string> = {}, where = acme, maker = acme.admin): Promise<void> {
  const values = { name: `'Key ${id}'`, created_at: "now() - interval '1 day'", ...columns };
  await owner.unsafe(
    `insert into api_keys (workspace_id, id, secret_mac, pepper_version, last_four, created_by, ${Object.keys(values).join(", ")})
     values ('${where.id}', '${id.padStart(12, "0")}', '', 1, 'abcd', '${maker.person.id}', ${Object.values(values).join(", ")})`,
  );
}

const short = (id: string) => id.replace(/^0+/, "");

beforeAll(async () => {
  acme = await workspace();
  dev = await memberOf(acme, "developer");
  const gone = await newPerson({ name: "Gone" });
  const used = { last_used_at: "now() - interval '1 hour'", monthly_limit: "5" };
  const ends = { expires_at: "now() + interval '40 days'" };
  await key("plain", { ...used, ...ends, name: "'Zebra'" });
  await key("dev", { ...used, ...ends, requests_per_minute: "5", monthly_limit: "null" }, acme, dev);
  await key("service", { ...used, ...ends, is_service: "true", name: "'apple'" }, acme, gone);
  await key("left", { ...used, ...ends }, acme, gone);
  await key("off", { ...used, disabled_at: "now()", disabled_because: "'person'" });
  await key("over", { ...used, expires_at: "now() - interval '1 second'" });
  await key("soon", { ...used, expires_at: "now() + interval '13 days'" });
  await key("virgin", { ...ends, monthly_limit: "5" });
  await key("endless", used);
  await key("limitless", { ...ends, last_used_at: "now()" });
  await key("idle", {
    ...used,
    ...ends,
    last_used_at: "now() - interval '61 days'",
    created_at: "now() - interval '62 days'",
  });
  await key("revoked", { ...used, revoked_at: "now() - interval '59 minutes'" });
  await key("history", { ...used, revoked_at: "now() - interval '61 minutes'" });
  await owner`
    insert into spend_counters (workspace_id, period, subject, spent) values
      (${acme.id}, date_trunc('month', now() at time zone 'UTC'), 'key:000000000dev', 700),
      (${acme.id}, date_trunc('month', now() at time zone 'UTC'), 'key:0000000plain', 300),
      (${acme.id}, date_trunc('month', now() at time zone 'UTC') - interval '1 month', 'key:00000endless', 9999)`;
});

type Asked = Partial<{ search: string; owner: string; state: KeyState; sort: KeySort; after: string; before: string }>;

const list = (asked: Asked = {}, who = acme.admin) => who.api.keys.list({ workspace: acme.slug, ...asked });
const ids = async (asked: Asked = {}, who = acme.admin) =>
  (await list(asked, who)).rows.map(({ id }) => short(id)).sort();

const all = [
  "dev",
  "endless",
  "idle",
  "left",
  "limitless",
  "off",
  "over",
  "plain",
  "revoked",
  "service",
  "soon",
  "virgin",
];

test("the list has every key that is not revoked, and those of the last hour until they cannot be restored", async () => {
  expect(await ids()).toEqual(all);
  const rows = new Map((await list()).rows.map((row) => [short(row.id), row]));
  const minutesLeft = (Number(rows.get("revoked")?.restorableUntil) - Date.now()) / 60_000;
  expect(minutesLeft).toBeGreaterThan(0);
  expect(minutesLeft).toBeLessThan(1.1);
  expect(rows.get("plain")).toMatchObject({ isRevoked: false, restorableUntil: null, spent: 300 });
  expect(rows.get("endless")).toMatchObject({ spent: 0 });
  expect((await list()).total).toBe(11);
});

test.each<[KeyState, string[]]>([
  ["active", all.filter((id) => !["off", "over", "revoked"].includes(id))],
  ["disabled", ["off"]],
  ["expired", ["over"]],
  ["revoked", ["revoked"]],
  ["expiring", ["soon"]],
  ["unused", ["virgin"]],
  ["no-expiry", ["endless"]],
  ["no-limit", ["limitless"]],
  ["idle", ["idle"]],
  ["owner-left", ["left"]],
  ["beyond-policy", []],
])("the state %s is %j, and is counted so", async (state, expected) => {
  expect(await ids({ state })).toEqual(expected);
  const { states } = await acme.admin.api.keys.counts({ workspace: acme.slug });
  expect(states[state]).toBe(expected.length);
});

test("what lives longer than the policy is found once there is one", async () => {
  await owner`update workspaces set maximum_key_days = 42 where id = ${acme.id}`;
  expect(await ids({ state: "beyond-policy" })).toEqual(["endless", "idle"]);
  await owner`update workspaces set maximum_key_days = null where id = ${acme.id}`;
});

test("the list is narrowed to one's own, a member's and the workspace's own, and to what is searched", async () => {
  expect(await ids({ owner: "mine" }, dev)).toEqual(["dev"]);
  expect(await ids({ owner: dev.person.id })).toEqual(["dev"]);
  expect(await ids({ owner: "service" })).toEqual(["service"]);
  expect(await ids({ search: "APPLE" })).toEqual(["service"]);
  expect(await ids({ search: "key " })).toEqual(all.filter((id) => !["plain", "service"].includes(id)));
  expect(await ids({ search: "0000000pl" })).toEqual(["plain"]);
  expect(await ids({ search: "atl_0000000pl" })).toEqual(["plain"]);
  expect(await ids({ search: "%" })).toEqual([]);
  expect(await ids({ owner: "mine", state: "disabled" })).toEqual(["off"]);
  const counts = await acme.admin.api.keys.counts({ workspace: acme.slug, owner: "service" });
  expect(counts.states).toMatchObject({ active: 1, disabled: 0 });
  expect(counts).toMatchObject({ service: 1, mine: 8 });
  expect(counts.others.map(({ name, keys }) => [name, keys]).sort()).toEqual(
    [
      ["Gone", 1],
      [dev.person.name, 1],
    ].sort(),
  );
});

test("a key that was revoked long ago is found by its whole id, and by nothing less", async () => {
  expect(await ids({ search: "00000history" })).toEqual(["history"]);
  expect((await list({ search: "atl_00000history" })).rows).toMatchObject([{ isRevoked: true, restorableUntil: null }]);
  expect(await ids({ search: "00000histor" })).toEqual([]);
});

test.each<[KeySort, string[]]>([
  ["name", ["service", "dev"]],
  ["spent", ["dev", "plain"]],
  ["used", ["limitless"]],
  ["expiry", ["over", "soon"]],
])("sorted by %s the list begins with %j", async (sort, first) => {
  const { rows } = await list({ sort });
  expect(rows.slice(0, first.length).map(({ id }) => short(id))).toEqual(first);
  expect(rows).toHaveLength(12);
});

const turnedOf = { newest: "asc", name: "desc", used: "asc", spent: "asc", expiry: "desc" } as const;

test.each<KeySort>(["newest", "name", "used", "spent", "expiry"])(
  "pages sorted by %s lead forward and back over every key once",
  async (sort) => {
    const many = await workspace();
    // Equal sort keys on both sides of a page's end; names longer than what a cursor usually has.
    await owner`
      insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by, created_at, last_used_at, expires_at)
      select ${many.id}, ${many.slug.slice(-4).replace(/\W/g, "x")} || lpad(i::text, ${12 - 4}, '0'), repeat('😀', 58) || i % 7, '', 1, 'abcd',
        ${many.admin.person.id}, now() - make_interval(hours => i % 5), case when i % 3 = 0 then now() - make_interval(mins => i % 4) end,
        case when i % 2 = 0 then now() + make_interval(days => 1 + i % 6) end
      from generate_series(1, 120) i`;
    const page = (place: { after?: string; before?: string }) =>
      many.admin.api.keys.list({ workspace: many.slug, sort, ...place });
    const first = await page({});
    const second = await page({ after: first.next ?? "" });
    const third = await page({ after: second.next ?? "" });
    expect([first, second, third].map(({ rows }) => rows.length)).toEqual([50, 50, 20]);
    expect(new Set([first, second, third].flatMap(({ rows }) => rows.map(({ id }) => id))).size).toBe(120);
    expect([first.previous, third.next]).toEqual([null, null]);
    expect((await page({ before: third.previous ?? "" })).rows).toEqual(second.rows);
    expect((await page({ before: second.previous ?? "" })).rows).toEqual(first.rows);
    // The other way round it begins with what was last.
    const turned = await many.admin.api.keys.list({ workspace: many.slug, sort, order: turnedOf[sort] });
    expect(turned.rows[0]?.id).toBe(third.rows.at(-1)?.id);
    const after = await many.admin.api.keys.list({
      workspace: many.slug,
      sort,
      order: turnedOf[sort],
      after: turned.next ?? "",
    });
    expect(new Set([...turned.rows, ...after.rows].map(({ id }) => id)).size).toBe(100);
  },
);

test("a Viewer sees every key and may change none", async () => {
  const viewer = await memberOf(acme, "viewer");
  expect((await list({}, viewer)).rows.some(({ mayManage }) => mayManage)).toBe(false);
  expect(await ids({}, viewer)).toEqual(all);
});

test("of very many keys the newest are looked through, and what is counted is said to be that at least", async () => {
  const many = await workspace();
  await owner`
    insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by, created_at, is_service)
    select ${many.id}, 'many' || lpad(i::text, 8, '0'), 'Key', '', 1, 'abcd', ${many.admin.person.id},
      now() - make_interval(mins => i), i > 100
    from generate_series(1, ${mostSurveyed}::int) i`;
  const at = { workspace: many.slug };
  const { api } = many.admin;
  expect((await api.keys.list(at)).total).toBe(mostCounted);
  expect(await api.keys.counts(at)).toMatchObject({
    states: { active: mostSurveyed, disabled: 0 },
    isAll: false,
    mine: 100,
    service: mostSurveyed - 100,
  });
  // The oldest is beyond what is looked through once there is one more, and is found all the same.
  await key("more", {}, many);
  expect(await api.keys.hygiene(at)).toMatchObject({ isAll: false });
  expect((await api.keys.list({ ...at, search: `many${String(mostSurveyed).padStart(8, "0")}` })).rows).toHaveLength(1);
  await owner`delete from api_keys where workspace_id = ${many.id} and id like 'many%'`;
  expect(await api.keys.counts(at)).toMatchObject({ states: { active: 1 }, isAll: true });
});
