import { beforeAll, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { templatesTo } from "@/tests/support/mails";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { byId } from "../queries";

let acme: TestWorkspace;
let dev: Awaited<ReturnType<typeof memberOf>>;
let at: { workspace: string };

beforeAll(async () => {
  acme = await workspace();
  dev = await memberOf(acme, "developer");
  at = { workspace: acme.slug };
});

const make = async (values: Record<string, string> = {}) => {
  const { id } = await dev.api.keys.create({ ...at, name: "Backend", ...values });
  return { ...at, keyId: id };
};

test("IS-04 an Admin who rotates a developer's key gets a key of the workspace, and its maker is mailed", async () => {
  const one = await make();
  const made = await acme.admin.api.keys.rotate(one);
  expect(await byId(made.id)).toMatchObject({ memberId: null, isLive: true });
  expect(await byId(one.keyId)).toMatchObject({ memberId: dev.person.id });
  expect(await owner`select created_by, is_service from api_keys where id = ${made.id}`).toEqual([
    { created_by: acme.admin.person.id, is_service: true },
  ]);
  expect(await templatesTo(dev.person.email)).toContain("key-rotated");
  const own = await make();
  const renewed = await dev.api.keys.rotate(own);
  expect(await byId(renewed.id)).toMatchObject({ memberId: dev.person.id });
});

test("IS-04 a key rotated in the removal sheet is the workspace's, made by the Admin who has its secret", async () => {
  const leaver = await memberOf(acme, "developer");
  const { id } = await leaver.api.keys.create({ ...at, name: "Left" });
  const { rotated } = await acme.admin.api.members.remove({ ...at, userId: leaver.person.id, key: [`rotate:${id}`] });
  expect(await owner`select created_by, is_service from api_keys where id = ${rotated[0]?.id ?? ""}`).toEqual([
    { created_by: acme.admin.person.id, is_service: true },
  ]);
  expect(await templatesTo(leaver.person.email)).toEqual(expect.arrayContaining(["key-rotated", "member-removed"]));
});

test("IS-05 what an Admin revoked or disabled only an Admin brings back, also after the maker did so first", async () => {
  const [one, two] = [await make(), await make()];
  await acme.admin.api.keys.revoke(one);
  expect(await reasonOf(dev.api.keys.restore(one))).toBe("key_held");
  await dev.api.keys.revoke(two);
  await acme.admin.api.keys.revoke(two);
  expect(await reasonOf(dev.api.keys.restore(two))).toBe("key_held");
  await acme.admin.api.keys.restore(one);
  await acme.admin.api.keys.disable(one);
  for (const verb of ["enable", "rotate"] as const) expect(await reasonOf(dev.api.keys[verb](one))).toBe("key_held");
  await dev.api.keys.revoke(one);
  await dev.api.keys.restore(one);
  expect((await byId(one.keyId))?.isLive).toBe(false);
  await acme.admin.api.keys.enable(one);
  await dev.api.keys.disable(one);
  await acme.admin.api.keys.disable(one);
  expect(await reasonOf(dev.api.keys.enable(one))).toBe("key_held");
});

test("IS-05 what an Admin does to many keys at once is held likewise", async () => {
  const [one, two, three] = [await make(), await make(), await make()];
  const fix = (keyIds: string[], what: object) =>
    acme.admin.api.keys.fixMany({ ...at, keyIds, ...what } as Parameters<typeof acme.admin.api.keys.fixMany>[0]);
  await fix([one.keyId], { fix: "revoke" });
  await fix([two.keyId], { fix: "disable" });
  await fix([three.keyId], { fix: "limit", monthlyLimit: "5" });
  expect(await reasonOf(dev.api.keys.restore(one))).toBe("key_held");
  expect(await reasonOf(dev.api.keys.enable(two))).toBe("key_held");
  expect(await reasonOf(dev.api.keys.update({ ...three, monthlyLimit: "6" }))).toBe("key_held");
});

test.each([
  ["ipRanges", "10.0.0.0/8", ["", "0.0.0.0/0", "10.0.0.0/7", "10.1.0.0/16\n192.0.2.1"], "10.1.0.0/16"],
  ["monthlyLimit", "5", ["", "6"], "4"],
  ["requestsPerMinute", "5", ["", "6"], "4"],
  ["tokensPerMinute", "5", ["", "6"], "4"],
  ["scopes", ["chat", "files"], [["chat", "embeddings"]], ["chat"]],
  ["models", "a\nb", ["", "a\nc"], "a"],
  [
    "origins",
    "https://a.example\nhttps://b.example",
    ["https://c.example", "https://a.example\nhttps://c.example"],
    "https://a.example",
  ],
  ["expiration", "30", ["90", "never"], "30"],
] as const)(
  "IS-05 the %s that an Admin has set is not widened by the maker, also not by a rotation",
  async (field, bound, wider, narrower) => {
    const one = await make({ expiration: "180" });
    const change = (value: unknown) => ({ ...one, [field]: value }) as Parameters<typeof dev.api.keys.update>[0];
    await acme.admin.api.keys.update(change(bound));
    // Moments are compared: what was 30 days from then is earlier than 30 days from now.
    await owner`update api_keys set admin_bounds = jsonb_set(admin_bounds, '{expiresAt}', to_jsonb(now() + interval '31 days'))
    where id = ${one.keyId} and admin_bounds ? 'expiresAt'`;
    for (const value of wider)
      expect([value, await reasonOf(dev.api.keys.update(change(value)))]).toEqual([value, "key_held"]);
    await dev.api.keys.update(change(narrower));
    const { id } = await dev.api.keys.rotate(one);
    for (const value of wider)
      expect(await reasonOf(dev.api.keys.update({ ...change(value), keyId: id }))).toBe("key_held");
    expect(await owner`select from api_keys where id = ${id} and expires_at > now() + interval '181 days'`).toEqual([]);
    for (const value of wider.slice(0, 1)) await acme.admin.api.keys.update({ ...change(value), keyId: id });
  },
);

test("IS-05 that an Admin has taken all pages from a key is a bound too", async () => {
  const one = await make();
  await dev.api.keys.update({ ...one, origins: "https://a.example" });
  await acme.admin.api.keys.update({ ...one, origins: "" });
  expect(await reasonOf(dev.api.keys.update({ ...one, origins: "https://a.example" }))).toBe("key_held");
  await dev.api.keys.update({ ...one, origins: "" });
});

test("IS-05 a rotation does not outlive the end that an Admin has set", async () => {
  const one = await make({ expiration: "180" });
  await acme.admin.api.keys.fixMany({ ...at, keyIds: [one.keyId], fix: "expire", days: "10" });
  await owner`update api_keys set created_at = now() - interval '100 days' where id = ${one.keyId}`;
  const { id } = await dev.api.keys.rotate(one);
  expect(await owner`select from api_keys where id = ${id} and expires_at > now() + interval '11 days'`).toEqual([]);
});

test("IS-05 where only Admins create keys, a developer neither rotates nor restores nor widens, and may narrow", async () => {
  const there = await workspace();
  const theirs = await memberOf(there, "developer");
  const where = { workspace: there.slug };
  const { id } = await theirs.api.keys.create({ ...where, name: "A key", monthlyLimit: "5", expiration: "30" });
  const one = { ...where, keyId: id };
  await there.admin.api.workspaces.setKeyCreators({ ...where, keyCreators: "admins" });
  expect(await reasonOf(theirs.api.keys.rotate(one))).toBe("key_creators");
  for (const wider of [{ monthlyLimit: "6" }, { monthlyLimit: "" }, { expiration: "90" as const }])
    expect(await reasonOf(theirs.api.keys.update({ ...one, ...wider }))).toBe("key_creators");
  await theirs.api.keys.update({ ...one, monthlyLimit: "4", name: "Another name" });
  await theirs.api.keys.revoke(one);
  expect(await reasonOf(theirs.api.keys.restore(one))).toBe("key_creators");
  await there.admin.api.keys.restore(one);
});

test("IS-17 rotating again during the overlap leaves two live secrets, not three", async () => {
  const first = await make();
  const second = await dev.api.keys.rotate(first);
  await dev.api.keys.revoke(first);
  const third = await dev.api.keys.rotate({ ...at, keyId: second.id });
  await dev.api.keys.restore(first);
  const live = await Promise.all([first.keyId, second.id, third.id].map(async (id) => (await byId(id))?.isLive));
  expect(live).toEqual([false, true, true]);
});

test("IS-14 the maker of a key can revoke it whatever their role has become", async () => {
  const demoted = await memberOf(acme, "developer");
  const { id } = await demoted.api.keys.create({ ...at, name: "A key" });
  const other = await make();
  await acme.admin.api.members.changeRole({ ...at, userId: demoted.person.id, role: "viewer" });
  const { rows } = await demoted.api.keys.list({ ...at, search: id });
  expect(rows).toMatchObject([{ isMine: true, mayManage: false, mayRevoke: true }]);
  expect(await reasonOf(demoted.api.keys.revoke(other))).toBe("not_permitted");
  expect(await reasonOf(demoted.api.keys.disable({ ...at, keyId: id }))).toBe("not_permitted");
  await demoted.api.keys.revoke({ ...at, keyId: id });
  expect((await byId(id))?.isLive).toBe(false);
});
