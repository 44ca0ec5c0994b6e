import { expect, test } from "vitest";
import { canGrantScope, keyScopes } from "@/server/access/key-scopes";
import { owner } from "@/tests/support/database";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { refusalOf } from "../api/trpc";
import { ipRange, microUnits, positiveInteger } from "./fields";

const fieldsOf = (promise: Promise<unknown>) =>
  promise.then(
    () => ({}),
    (error) => refusalOf(error).fields,
  );

const events = (where: TestWorkspace, action: string) =>
  owner`select actor_id, target_id, before, after from audit_events where workspace_id = ${where.id} and action = ${action} order by at`;

const row = async (id: string) => {
  const [found] = await owner`
    select name, is_service, to_json(scopes) as scopes, to_json(models) as models, to_json(ip_ranges) as ip_ranges,
      to_json(origins) as origins,
      requests_per_minute, tokens_per_minute, monthly_limit::text from api_keys where id = ${id}`;
  return found;
};

const typed = {
  name: "Nightly",
  scopes: ["", "embeddings", "chat"] as ("" | "chat" | "embeddings")[],
  models: "atelier-base\r\n ft:open-mistral-7b:ab12 \r\n\r\natelier-base",
  ipRanges: "203.0.113.0/24\n2001:DB8::/32\n198.51.100.7",
  origins: "https://App.Example.com/\nhttps://app.example.com:443\nhttp://localhost:5173\nhttps://müller.example",
  requestsPerMinute: "60",
  tokensPerMinute: "100000",
  monthlyLimit: "12.50",
};

test("a key is made with what was chosen, as a form sends it", async () => {
  const acme = await workspace();
  const { id } = await acme.admin.api.keys.create({ workspace: acme.slug, ...typed, isService: "on" });
  expect(await row(id)).toEqual({
    name: "Nightly",
    is_service: true,
    scopes: ["chat", "embeddings"],
    models: ["atelier-base", "ft:open-mistral-7b:ab12"],
    ip_ranges: ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7/32"],
    origins: ["https://app.example.com", "http://localhost:5173", "https://xn--mller-kva.example"],
    requests_per_minute: 60,
    tokens_per_minute: 100_000,
    monthly_limit: "12500000",
  });
  const [event] = await events(acme, "key.created");
  expect(event?.after).toMatchObject({ scopes: ["chat", "embeddings"], monthlyLimit: 12_500_000, isService: true });
});

test("a key made with nothing but a name may do everything, without limits of its own", async () => {
  const acme = await workspace();
  const empty = { models: "", ipRanges: "", origins: "", requestsPerMinute: "", tokensPerMinute: "", monthlyLimit: "" };
  for (const extra of [{}, empty]) {
    const { id } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "Plain", ...extra });
    expect(await row(id)).toEqual({
      name: "Plain",
      is_service: false,
      scopes: [...keyScopes],
      models: null,
      ip_ranges: null,
      origins: null,
      requests_per_minute: null,
      tokens_per_minute: null,
      monthly_limit: null,
    });
  }
});

test.each([
  ["scopes", ""],
  ["scopes", ["", ""]],
  ["scopes", "admin"],
  ["models", "two words"],
  ["models", Array.from({ length: 101 }, (_, i) => `m${i}`).join("\n")],
  ["ipRanges", "10.0.0.0/33"],
  ["ipRanges", "10.0.0.256"],
  ["ipRanges", "2001:db8::/129"],
  ["ipRanges", "everywhere"],
  ["ipRanges", Array.from({ length: 51 }, (_, i) => `10.0.${i}.0/24`).join("\n")],
  ["origins", "*"],
  ["origins", "null"],
  ["origins", "https://*.example.com"],
  ["origins", "http://app.example.com"],
  ["origins", "http://127.0.0.1:5173"],
  ["origins", "https://app.example.com/path"],
  ["origins", "https://user@app.example.com"],
  ["origins", "https://app.example.com?"],
  ["origins", "app.example.com"],
  ["origins", "file:///etc"],
  ["origins", Array.from({ length: 21 }, (_, i) => `https://a${i}.example.com`).join("\n")],
  ["requestsPerMinute", "0"],
  ["requestsPerMinute", "-1"],
  ["requestsPerMinute", "1.5"],
  ["tokensPerMinute", "1e3"],
  ["tokensPerMinute", "1000000000"],
  ["monthlyLimit", "-1"],
  ["monthlyLimit", "1,50"],
  ["monthlyLimit", "0.0000001"],
  ["monthlyLimit", "1000000000"],
])("the field %s refuses %j at the field", async (field, value) => {
  const acme = await workspace();
  const fields = await fieldsOf(
    acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", [field]: value } as never),
  );
  expect(Object.keys(fields)).toEqual([field]);
  expect(await owner`select from api_keys where workspace_id = ${acme.id}`).toEqual([]);
});

test("amounts, numbers and ranges are read exactly", () => {
  expect(["0", "0.000001", "12.5", "999999999.999999", "08.10"].map(microUnits)).toEqual([
    0, 1, 12_500_000, 999_999_999_999_999, 8_100_000,
  ]);
  expect(["", ".5", "5.", "1e3", "１", "NaN", " 1"].map(microUnits)).toEqual(Array(7).fill(null));
  expect(["1", "007", "999999999", "0", "", "1.0"].map(positiveInteger)).toEqual([1, 7, 999_999_999, null, null, null]);
  expect(["0.0.0.0/0", "::1", "FE80::/10", "10.0.0.1/32", "10.1/16", "10.0.0.0/"].map(ipRange)).toEqual([
    "0.0.0.0/0",
    "::1/128",
    "fe80::/10",
    "10.0.0.1/32",
    undefined,
    undefined,
  ]);
});

test("AK-03 no key gets a scope, an end or a limit beyond what there is to give", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const at = { workspace: acme.slug, name: "A key" };
  await acme.admin.api.keys.setPolicy({ workspace: acme.slug, maximumDays: "30" });
  await owner`update workspaces set monthly_limit = 10000000 where id = ${acme.id}`;
  await owner`insert into rate_limits (workspace_id, requests_per_minute, tokens_per_minute) values (${acme.id}, 10, 1000)`;
  for (const [field, beyond, within] of [
    ["expiration", "90", "30"],
    ["expiration", "never", "30"],
    ["monthlyLimit", "10.000001", "10"],
    ["requestsPerMinute", "11", "10"],
    ["tokensPerMinute", "1001", "1000"],
  ] as const) {
    const { id } = await dev.api.keys.create({ ...at, [field]: within });
    for (const ask of [
      () => dev.api.keys.create({ ...at, [field]: beyond }),
      () => dev.api.keys.update({ workspace: acme.slug, keyId: id, [field]: beyond }),
    ]) {
      expect(await reasonOf(ask())).toBe("key_beyond_bounds");
      expect(await ask().catch((error) => error.code)).toBe("FORBIDDEN");
      expect(Object.keys(await fieldsOf(ask()))).toEqual([field]);
    }
  }
  expect(keyScopes.filter((scope) => !canGrantScope("developer", scope))).toEqual([]);
  expect(keyScopes.filter((scope) => canGrantScope("viewer", scope))).toEqual(["models:read", "usage:read"]);
});

test("a new key lives 90 days unless said otherwise, or as long as the policy lets it", async () => {
  const acme = await workspace();
  const days = async () => {
    const { expiresAt } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
    return Math.round((Number(expiresAt) - Date.now()) / 86_400_000);
  };
  expect(await days()).toBe(90);
  await owner`update workspaces set maximum_key_days = 7 where id = ${acme.id}`;
  expect(await days()).toBe(7);
});

test("a service key is made and changed by Admins alone, also when they made it and are Admins no more", async () => {
  const acme = await workspace();
  const second = await memberOf(acme, "admin");
  const dev = await memberOf(acme, "developer");
  const at = { workspace: acme.slug };
  expect(await reasonOf(dev.api.keys.create({ ...at, name: "No", isService: true }))).toBe("not_permitted");
  const { id } = await second.api.keys.create({ ...at, name: "Service", isService: true });
  await second.api.keys.update({ ...at, keyId: id, name: "Renamed" });
  await acme.admin.api.members.changeRole({ ...at, userId: second.person.id, role: "developer" });
  for (const ask of [
    () => second.api.keys.update({ ...at, keyId: id, name: "Mine" }),
    () => second.api.keys.get({ ...at, keyId: id }),
    () => second.api.keys.meter({ ...at, keyId: id }),
    () => second.api.keys.disable({ ...at, keyId: id }),
    () => second.api.keys.rotate({ ...at, keyId: id }),
    () => second.api.keys.revoke({ ...at, keyId: id }),
  ])
    expect(await reasonOf(ask())).toBe("not_permitted");
  expect((await second.api.keys.list(at)).rows).toMatchObject([
    { isMine: false, mayManage: false, isOwnerGone: false },
  ]);
});

test("what is edited changes, what is left out stays, and the audit row has both sides", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const at = { workspace: acme.slug };
  const { id } = await dev.api.keys.create({ ...at, ...typed });
  await dev.api.keys.update({ ...at, keyId: id, name: "Weekly", monthlyLimit: "", scopes: ["", "chat"] });
  expect(await row(id)).toMatchObject({
    name: "Weekly",
    scopes: ["chat"],
    monthly_limit: null,
    requests_per_minute: 60,
    models: ["atelier-base", "ft:open-mistral-7b:ab12"],
  });
  // The same again is no change.
  await dev.api.keys.update({ ...at, keyId: id, name: "Weekly", ...{ requestsPerMinute: "60", scopes: "chat" } });
  expect(await events(acme, "key.updated")).toEqual([
    {
      actor_id: dev.person.id,
      target_id: id,
      before: { name: "Nightly", monthlyLimit: 12_500_000, scopes: ["chat", "embeddings"] },
      after: { name: "Weekly", monthlyLimit: null, scopes: ["chat"] },
    },
  ]);
  expect(await dev.api.keys.get({ ...at, keyId: id })).toMatchObject({ name: "Weekly", monthlyLimit: null });
});

test("a limit that has come to be above the workspace's own does not stand in the way of another change", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { id } = await acme.admin.api.keys.create({ ...at, name: "A key", monthlyLimit: "100" });
  await owner`update workspaces set monthly_limit = 10000000 where id = ${acme.id}`;
  await acme.admin.api.keys.update({ ...at, keyId: id, name: "Renamed", monthlyLimit: "100" });
  expect(await row(id)).toMatchObject({ name: "Renamed", monthly_limit: "100000000" });
});

test("an end can be moved within the policy, which counts from when the key was made", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { id } = await acme.admin.api.keys.create({ ...at, name: "A key", expiration: "180" });
  const move = (expiration: "30" | "90" | "180" | "never") =>
    acme.admin.api.keys.update({ ...at, keyId: id, expiration }).then(
      () => "moved",
      (error) => refusalOf(error).reason,
    );
  expect(await move("never")).toBe("moved");
  await owner`update api_keys set created_at = now() - interval '80 days', reminded_days = 7 where id = ${id}`;
  await acme.admin.api.keys.setPolicy({ workspace: acme.slug, maximumDays: "90" });
  expect([await move("180"), await move("never")]).toEqual(["key_beyond_bounds", "key_beyond_bounds"]);
  // What never ended comes nearer to the policy; from then on it can only come nearer still.
  expect([await move("90"), await move("30"), await move("90")]).toEqual(["moved", "moved", "key_beyond_bounds"]);
  const [{ reminded_days } = {}] = await owner`select reminded_days from api_keys where id = ${id}`;
  expect(reminded_days).toBeNull();
});

test("PA-06 the policy is changed by Admins, once an audit row, and touches no key that is there", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const dev = await memberOf(acme, "developer");
  await acme.admin.api.keys.create({ ...at, name: "Old", expiration: "never" });
  expect(await reasonOf(dev.api.keys.setPolicy({ ...at, maximumDays: "30" }))).toBe("not_permitted");
  await acme.admin.api.keys.setPolicy({ ...at, maximumDays: "30" });
  await acme.admin.api.keys.setPolicy({ ...at, maximumDays: "30" });
  await acme.admin.api.keys.setPolicy({ ...at, maximumDays: "none" });
  await acme.admin.api.keys.setPolicy({ ...at, maximumDays: "90" });
  expect((await events(acme, "key.policy_changed")).map(({ before, after }) => [before, after])).toEqual([
    [{ maximumDays: null }, { maximumDays: 30 }],
    [{ maximumDays: 30 }, { maximumDays: null }],
    [{ maximumDays: null }, { maximumDays: 90 }],
  ]);
  expect(await dev.api.keys.policy(at)).toEqual({ maximumDays: 90, newKeyLimit: null });
  expect((await acme.admin.api.keys.list(at)).rows).toMatchObject([{ name: "Old", expiresAt: null }]);
});
