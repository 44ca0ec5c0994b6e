import { expect, test } from "vitest";
import { keyScopes } from "@/server/access/key-scopes";
import { owner } from "@/tests/support/database";
import { apiFor, memberOf, newPerson, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { dump } from "@/tests/support/schema/rows";
import { byId } from "./queries";
import { idOf, isKey } from "./secret";

const events = (where: TestWorkspace, action: string) =>
  owner`select actor_id, target_id, before, after from audit_events where workspace_id = ${where.id} and action = ${action} order by at`;

const idIn = (secret: string) => idOf(secret) ?? "";

test("AK-01 a key is made for the signed-in person, in a workspace they are in, whatever the body says", async () => {
  const [acme, other] = await Promise.all([workspace(), workspace()]);
  const [dev, outsider] = await Promise.all([memberOf(acme, "developer"), newPerson()]);
  const input = { workspace: acme.slug, name: "Mine" };
  expect(await reasonOf(apiFor(null).keys.create(input))).toBe("not_signed_in");
  expect(await reasonOf(outsider.api.keys.create(input))).toBe("not_found");
  for (const extra of [
    { userId: acme.admin.person.id },
    { createdBy: acme.admin.person.id },
    { workspaceId: other.id },
  ])
    expect(await reasonOf(dev.api.keys.create({ ...input, ...extra } as typeof input))).toBe("invalid_input");
  expect(await owner`select from api_keys`).toEqual([]);
  await dev.api.keys.create(input);
  expect(await owner`select workspace_id, created_by from api_keys`).toEqual([
    { workspace_id: acme.id, created_by: dev.person.id },
  ]);
});

test("AK-02 a key is in the answer that made it and nowhere afterwards", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { secret } = await acme.admin.api.keys.create({ ...at, name: "Production" });
  const random = secret.slice(17, 60);
  await acme.admin.api.account.sessions();
  const later = JSON.stringify([
    await acme.admin.api.keys.list(at),
    await acme.admin.api.workspaces.overview(at),
    await reasonOf(acme.admin.api.keys.revoke({ ...at, keyId: "000000000000" })),
    await events(acme, "key.created"),
    [...(await dump(owner))],
  ]);
  expect(later).toContain(idIn(secret));
  for (const form of [random, Buffer.from(random).toString("hex"), Buffer.from(secret).toString("base64").slice(4, -4)])
    expect(later).not.toContain(form);
  const { rows } = await acme.admin.api.keys.list(at);
  expect(rows).toMatchObject([{ name: "Production", lastFour: secret.slice(-4) }]);
  expect(Object.keys(rows[0] ?? {})).not.toEqual(expect.arrayContaining(["secretMac"]));
});

test("the same form sent twice makes two different keys, each shown once", async () => {
  const acme = await workspace();
  const input = { workspace: acme.slug, name: "Production" };
  const [one, two] = await Promise.all([acme.admin.api.keys.create(input), acme.admin.api.keys.create(input)]);
  expect(one.secret).not.toBe(two.secret);
  expect(one.id).not.toBe(two.id);
  expect((await acme.admin.api.keys.list({ workspace: acme.slug })).total).toBe(2);
});

test.each([
  [undefined, 90],
  ["30", 30],
  ["180", 180],
  ["365", 365],
  ["never", null],
] as const)("a key made with the expiration %s lives %s days", async (expiration, days) => {
  const acme = await workspace();
  const { id, expiresAt } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", expiration });
  const [row] =
    await owner`select expires_at = created_at + make_interval(days => ${days}) as is_so, expires_at from api_keys where id = ${id}`;
  expect(row).toEqual({ is_so: days === null ? null : true, expires_at: expiresAt });
});

test("a key that has expired is no longer live, and the list says so", async () => {
  const acme = await workspace();
  const { id } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", expiration: "30" });
  expect((await byId(id))?.isLive).toBe(true);
  await owner`update api_keys set expires_at = now() - interval '1 second' where id = ${id}`;
  expect((await byId(id))?.isLive).toBe(false);
  expect((await acme.admin.api.keys.list({ workspace: acme.slug })).rows).toMatchObject([{ id, isExpired: true }]);
  expect(await acme.admin.api.workspaces.overview({ workspace: acme.slug })).toMatchObject({ keys: { live: 0 } });
});

test("a Developer revokes only their own keys, an Admin all keys", async () => {
  const acme = await workspace();
  const [one, two] = await Promise.all([memberOf(acme, "developer"), memberOf(acme, "developer")]);
  const at = { workspace: acme.slug };
  const make = () => one.api.keys.create({ ...at, name: "A key" });
  const [first, second] = [await make(), await make()];
  const may = async (who: typeof one) => (await who.api.keys.list(at)).rows.map(({ mayManage }) => mayManage);
  expect([await may(one), await may(two), await may(acme.admin)]).toEqual([
    [true, true],
    [false, false],
    [true, true],
  ]);
  expect(await reasonOf(two.api.keys.revoke({ ...at, keyId: first.id }))).toBe("not_permitted");
  expect((await byId(first.id))?.isLive).toBe(true);
  await one.api.keys.revoke({ ...at, keyId: first.id });
  await acme.admin.api.keys.revoke({ ...at, keyId: second.id });
  expect([(await byId(first.id))?.isLive, (await byId(second.id))?.isLive]).toEqual([false, false]);
  expect((await one.api.keys.list(at)).rows).toMatchObject([{ isRevoked: true }, { isRevoked: true }]);
  expect(await reasonOf(one.api.keys.revoke({ ...at, keyId: first.id }))).toBe("key_revoked");
  expect((await events(acme, "key.revoked")).map(({ actor_id }) => actor_id)).toEqual([
    one.person.id,
    acme.admin.person.id,
  ]);
});

test("a key that an Admin keeps outlives its maker's membership, passes to the workspace, says so, and still opens it", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const at = { workspace: acme.slug };
  const { id, secret } = await dev.api.keys.create({ ...at, name: "A key" });
  const listed = async () => (await acme.admin.api.keys.list(at)).rows;
  expect(await listed()).toMatchObject([{ isService: false, isKept: false }]);
  await acme.admin.api.members.remove({ ...at, userId: dev.person.id, keys: "keep" });
  expect(await listed()).toMatchObject([{ isService: true, isKept: true, isOwnerGone: false }]);
  const kept = await byId(idIn(secret));
  expect(kept).toMatchObject({ workspaceId: acme.id, isLive: true });
  expect(isKey(secret, kept)).toBe(true);
  await acme.admin.api.keys.revoke({ ...at, keyId: id });
  expect((await byId(id))?.isLive).toBe(false);
});

test("twenty simultaneous revocations of one key are one revocation", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { id } = await acme.admin.api.keys.create({ ...at, name: "A key" });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => acme.admin.api.keys.revoke({ ...at, keyId: id })),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await events(acme, "key.revoked")).toHaveLength(1);
});

test("PA-06 making and revoking a key leaves one audit row each, with what was made and no secret", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { id, secret, expiresAt } = await acme.admin.api.keys.create({ ...at, name: "A key" });
  await acme.admin.api.keys.revoke({ ...at, keyId: id });
  const actor_id = acme.admin.person.id;
  expect(await events(acme, "key.created")).toEqual([
    {
      actor_id,
      target_id: id,
      before: null,
      after: {
        name: "A key",
        isService: false,
        scopes: [...keyScopes],
        lastFour: secret.slice(-4),
        expiresAt: expiresAt?.toISOString(),
      },
    },
  ]);
  expect(await events(acme, "key.revoked")).toEqual([
    { actor_id, target_id: id, before: { name: "A key" }, after: null },
  ]);
});

test("pages of keys lead forward and back over every key once, newest first", async () => {
  const acme = await workspace();
  await owner`
    insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by)
    select ${acme.id}, lpad(i::text, 12, '0'), 'Key ' || i, '', 1, 'abcd', ${acme.admin.person.id} from generate_series(1, 120) i`;
  const list = (place: { after?: string; before?: string }) =>
    acme.admin.api.keys.list({ workspace: acme.slug, ...place });
  const first = await list({});
  const second = await list({ after: first.next ?? "" });
  const third = await list({ after: second.next ?? "" });
  expect([first, second, third].map(({ rows }) => rows.length)).toEqual([50, 50, 20]);
  expect(new Set([first, second, third].flatMap(({ rows }) => rows.map(({ id }) => id))).size).toBe(120);
  expect([first.previous, third.next, first.total]).toEqual([null, null, 120]);
  expect((await list({ before: third.previous ?? "" })).rows).toEqual(second.rows);
  const { rows } = await acme.admin.api.keys.list({ workspace: acme.slug, search: "key 11" });
  expect(rows.map(({ name }) => name).sort()).toEqual(
    [11, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119].map((n) => `Key ${n}`).sort(),
  );
});
