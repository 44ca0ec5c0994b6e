import { beforeEach, expect, test } from "vitest";
import { isKey } from "@/server/keys/secret";
import { owner } from "@/tests/support/database";
import { apiFor, memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { dump } from "@/tests/support/schema/rows";

let acme: TestWorkspace;
let grace: Signed;
let at: { workspace: string };

beforeEach(async () => {
  acme = await workspace();
  grace = await memberOf(acme, "developer");
  at = { workspace: acme.slug };
});

const newKey = async (name: string, more: object = {}) => (await grace.api.keys.create({ ...at, name, ...more })).id;

// Each request has its own id.
const remove = (more: object = {}, by = acme.admin) =>
  apiFor(by.person).members.remove({ ...at, userId: grace.person.id, ...more });

const keyRow = async (id: string) =>
  (
    await owner`
      select name, created_by, is_service, kept_at is not null as is_kept, revoked_at is not null as is_revoked, replaced_by, scopes,
        monthly_limit, models, secret_mac as "secretMac", pepper_version as "pepperVersion", last_four as "lastFour",
        round(extract(epoch from expires_at - now()) / 3600)::int as hours_left
      from api_keys where id = ${id}`
  )[0];

test.each([
  ["24", 24],
  ["1", 1],
  ["0", 0],
] as const)(
  "a rotated key is kept for %s hours, and its successor is the workspace's, does the same, and works",
  async (overlap, hoursLeft) => {
    const [rotated, kept] = [await newKey("Web", { scopes: ["chat"], monthlyLimit: "5" }), await newKey("Batch")];
    const { rotated: answered } = await remove({ keys: "keep", key: `rotate:${rotated}`, overlap });
    expect(answered).toEqual([{ id: expect.any(String), name: "Web", secret: expect.stringMatching(/^atl_/) }]);
    const [next] = answered;
    const [old, successor] = [await keyRow(rotated), await keyRow(next?.id ?? "")];
    expect(old).toMatchObject({ is_service: true, is_kept: true, is_revoked: false, replaced_by: next?.id });
    expect(old?.hours_left).toBe(hoursLeft);
    expect(successor).toMatchObject({
      ...{ name: "Web", is_service: true, is_revoked: false, replaced_by: null, created_by: acme.admin.person.id },
      ...{ scopes: ["chat"], monthly_limit: "5000000", hours_left: 90 * 24 },
    });
    expect(isKey(next?.secret ?? "", successor as unknown as Parameters<typeof isKey>[1])).toBe(true);
    expect(await keyRow(kept)).toMatchObject({ is_service: true, is_kept: true, replaced_by: null });
    // The rotated key is not in this state any more; the kept one is.
    const { rows } = await acme.admin.api.keys.list({ ...at, state: "owner-left" });
    expect(rows.map(({ id }) => id)).toEqual([kept]);
  },
);

test("PA-06 a removal that rotates is one group of audit rows, and the secret is in the answer alone", async () => {
  const [rotated, revoked] = [await newKey("One"), await newKey("Two")];
  const { rotated: answered } = await remove({ key: [`rotate:${rotated}`, `revoke:${revoked}`], overlap: "0" });
  const rows = await owner`
    select action, target_id, before, after, request_id from audit_events
    where workspace_id = ${acme.id} and (action like 'key.%' or action = 'member.removed') and action <> 'key.created'
    order by action`;
  expect(rows.map(({ action, target_id }) => [action, target_id])).toEqual([
    ["key.kept", rotated],
    ["key.revoked", revoked],
    ["key.rotated", rotated],
    ["member.removed", grace.person.id],
  ]);
  expect(new Set(rows.map(({ request_id }) => request_id)).size).toBe(1);
  expect(rows.at(2)?.after).toMatchObject({ replacedBy: answered[0]?.id });
  expect(rows.at(-1)?.after).toEqual({ revokedKeys: [revoked], rotatedKeys: [rotated] });
  const secret = answered[0]?.secret ?? "none";
  for (const [table, text] of await dump(owner))
    expect([table, text.includes(secret.slice(17))]).toEqual([table, false]);
});

test("a departing member is never shown a secret: not when they leave, not when they remove themselves", async () => {
  grace = await memberOf(acme, "admin");
  const id = await newKey("Mine");
  const choice = { key: `rotate:${id}` };
  expect(await reasonOf(grace.api.members.leave({ ...at, ...choice }))).toBe("invalid_input");
  expect(await reasonOf(remove(choice, grace))).toBe("not_permitted");
  expect(await keyRow(id)).toMatchObject({ is_service: false, replaced_by: null });
});

test("a key that was rotated meanwhile refuses the whole removal: its successor would be known to who goes", async () => {
  const [id, other] = [await newKey("Web"), await newKey("Batch")];
  const { id: next } = await grace.api.keys.rotate({ ...at, keyId: id });
  expect(await reasonOf(remove({ key: [`rotate:${id}`, `rotate:${other}`] }))).toBe("key_replaced");
  expect(await keyRow(other)).toMatchObject({ is_service: false, replaced_by: null });
  const { keys } = await acme.admin.api.members.belongings({ ...at, userId: grace.person.id });
  expect(keys.rows.map((row) => [row.id, row.isReplaced]).sort()).toEqual(
    [
      [id, true],
      [next, false],
      [other, false],
    ].sort(),
  );
  expect((await remove({ key: [`rotate:${next}`, `revoke:${id}`] })).rotated).toHaveLength(1);
});

test("keys of others, service keys and revoked keys are skipped", async () => {
  const revoked = await newKey("Gone");
  await grace.api.keys.revoke({ ...at, keyId: revoked });
  const { id: others } = await acme.admin.api.keys.create({ ...at, name: "Others'" });
  const { id: service } = await acme.admin.api.keys.create({ ...at, name: "Ours", isService: true });
  const elsewhere = await workspace();
  const { id: foreign } = await elsewhere.admin.api.keys.create({ workspace: elsewhere.slug, name: "Foreign" });
  const chosen = [revoked, others, service, foreign];
  expect(await remove({ key: chosen.map((id) => `rotate:${id}`) })).toEqual({ rotated: [] });
  for (const id of chosen) expect(await keyRow(id)).toMatchObject({ replaced_by: null, is_kept: false });
});

test("two Admins who remove at once, and a rotation meanwhile, make one successor and one answer with its secret", async () => {
  for (let round = 0; round < 10; round++) {
    grace = await memberOf(acme, "developer");
    const second = await memberOf(acme, "admin");
    const id = await newKey(`Raced ${round}`);
    const outcomes = await Promise.allSettled([
      remove({ key: `rotate:${id}` }),
      remove({ key: `rotate:${id}` }, second),
      apiFor(acme.admin.person).keys.rotate({ ...at, keyId: id }),
    ]);
    const [first, other, rotation] = outcomes;
    const secrets = [first, other].flatMap((each) => (each?.status === "fulfilled" ? each.value.rotated : []));
    expect(secrets.length + (rotation?.status === "fulfilled" ? 1 : 0)).toBe(1);
    const successors =
      await owner`select id from api_keys where workspace_id = ${acme.id} and name = ${`Raced ${round}`}`;
    expect(successors).toHaveLength(2);
    // The member rotated the key first: then nothing was removed, and the Admin must look at the sheet again.
    if (secrets.length === 0) {
      const [left] =
        await owner`select 1 from memberships where workspace_id = ${acme.id} and user_id = ${grace.person.id}`;
      expect(left).toBeDefined();
    }
  }
}, 30_000);

test("more keys than one may make an hour cannot be rotated at once, and then no member is removed", async () => {
  const ids = await Promise.all(Array.from({ length: 3 }, (_, index) => newKey(`Key ${index}`)));
  for (let i = 0; i < 58; i++) await acme.admin.api.keys.create({ ...at, name: "More" });
  expect(await reasonOf(remove({ key: ids.map((id) => `rotate:${id}`) }))).toBe("too_many");
  for (const id of ids) expect(await keyRow(id)).toMatchObject({ is_service: false, replaced_by: null });
  expect((await remove({ key: `rotate:${ids[0]}` })).rotated).toHaveLength(1);
}, 30_000);
