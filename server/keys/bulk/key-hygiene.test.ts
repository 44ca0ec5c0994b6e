import { expect, test } from "vitest";
import { refusalOf } from "@/server/api/trpc";
import { owner } from "@/tests/support/database";
import { memberOf, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { waitingFor } from "@/tests/support/waiting";
import { byId } from "../queries";

const make = async (who: Signed, slug: string, values: object = {}) =>
  (await who.api.keys.create({ workspace: slug, name: "A key", ...values })).id;

test("an Admin sees the flaws of every key, a Developer those of their own", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  await make(acme.admin, acme.slug, { expiration: "never", monthlyLimit: "1" });
  await make(acme.admin, acme.slug, { expiration: "30", requestsPerMinute: "1" });
  const hers = await make(dev, acme.slug, { expiration: "never" });
  const flaws = async (who: Signed) => {
    const { isWorkspaceWide, flaws } = await who.api.keys.hygiene({ workspace: acme.slug });
    return [isWorkspaceWide, Object.fromEntries(flaws.map(({ flaw, keys }) => [flaw, keys]))];
  };
  const none = { idle: 0, "owner-left": 0, "beyond-policy": 0 };
  expect(await flaws(acme.admin)).toEqual([true, { ...none, "no-expiry": 2, "no-limit": 1 }]);
  expect(await flaws(dev)).toEqual([false, { ...none, "no-expiry": 1, "no-limit": 1 }]);
  await acme.admin.api.members.remove({ workspace: acme.slug, userId: dev.person.id, keys: "keep" });
  expect(await flaws(acme.admin)).toEqual([true, { ...none, "no-expiry": 2, "no-limit": 1, "owner-left": 1 }]);
  await acme.admin.api.keys.disable({ workspace: acme.slug, keyId: hers });
  expect(await flaws(acme.admin)).toEqual([true, { ...none, "no-expiry": 1, "no-limit": 0 }]);
});

test("many keys are changed at once, each with its audit row, and what cannot be is reported and left", async () => {
  const acme = await workspace();
  const [there, dev] = [await workspace(), await memberOf(acme, "developer")];
  const at = { workspace: acme.slug };
  const [plain, revoked, rotated, hers] = [
    await make(acme.admin, acme.slug, { expiration: "never" }),
    await make(acme.admin, acme.slug, { expiration: "never", name: "Revoked" }),
    await make(acme.admin, acme.slug, { expiration: "never", name: "Rotated" }),
    await make(dev, acme.slug, { expiration: "never" }),
  ];
  const foreign = await make(there.admin, there.slug, { expiration: "never" });
  await acme.admin.api.keys.revoke({ ...at, keyId: revoked });
  await acme.admin.api.keys.rotate({ ...at, keyId: rotated });
  const keyIds = [plain, revoked, rotated, hers, foreign, "000000000000", plain];
  const report = await acme.admin.api.keys.fixMany({ ...at, keyIds, fix: "expire", days: "10" });
  expect(report.done.sort()).toEqual([plain, hers].sort());
  const skipped = new Map(report.skipped.map(({ id, name, message }) => [id, [name, message]]));
  expect(skipped.get(revoked)).toEqual(["Revoked", expect.stringContaining("already revoked")]);
  expect(skipped.get(rotated)).toEqual(["Rotated", expect.stringContaining("already rotated")]);
  // Another workspace's key is no more than one that is not there.
  expect(skipped.get(foreign)).toEqual(skipped.get("000000000000"));
  const ends = await owner`
    select id from api_keys where expires_at between now() + interval '9 days 23 hours' and now() + interval '10 days'`;
  expect(ends.map(({ id }) => id).sort()).toEqual([plain, hers].sort());
  const events = await owner`
    select target_id, actor_id, before, after from audit_events where workspace_id = ${acme.id} and action = 'key.updated'`;
  expect(events.map(({ target_id }) => target_id).sort()).toEqual([plain, hers].sort());
  expect(events[0]).toMatchObject({ actor_id: acme.admin.person.id, before: { expiresAt: null } });
});

test("each fix does what it says", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const ids = [await make(acme.admin, acme.slug), await make(acme.admin, acme.slug)];
  const fix = (values: object) => acme.admin.api.keys.fixMany({ ...at, keyIds: ids, ...values } as never);
  expect(await fix({ fix: "limit", monthlyLimit: "2.5" })).toMatchObject({ done: ids.toSorted(), skipped: [] });
  expect(await owner`select distinct monthly_limit::int from api_keys where workspace_id = ${acme.id}`).toEqual([
    { monthly_limit: 2_500_000 },
  ]);
  expect((await fix({ fix: "limit", monthlyLimit: "2.5" })).done).toEqual([]);
  await fix({ fix: "disable" });
  expect(await Promise.all(ids.map(async (id) => (await byId(id))?.isLive))).toEqual([false, false]);
  expect((await fix({ fix: "disable" })).skipped).toHaveLength(2);
  await fix({ fix: "revoke" });
  for (const keyId of ids) {
    await acme.admin.api.keys.restore({ ...at, keyId });
    await acme.admin.api.keys.enable({ ...at, keyId });
  }
  const actions = await owner`
    select action, count(*)::int as n from audit_events where workspace_id = ${acme.id} and action like 'key.%' group by action order by action`;
  expect(actions).toEqual(
    ["key.created", "key.disabled", "key.enabled", "key.restored", "key.revoked", "key.updated"].map((action) => ({
      action,
      n: 2,
    })),
  );
});

test("AK-03 a fix goes beyond neither the policy nor the workspace's limit", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const id = await make(acme.admin, acme.slug, { expiration: "never" });
  await acme.admin.api.keys.setPolicy({ ...at, maximumDays: "30" });
  await owner`update workspaces set monthly_limit = 1000000 where id = ${acme.id}`;
  const fix = (values: object) => acme.admin.api.keys.fixMany({ ...at, keyIds: id, ...values } as never);
  expect(await fix({ fix: "expire", days: "31" })).toMatchObject({ done: [], skipped: [{ id }] });
  expect(await fix({ fix: "limit", monthlyLimit: "1.01" })).toMatchObject({ done: [], skipped: [{ id }] });
  expect(await fix({ fix: "expire", days: "30" })).toMatchObject({ done: [id] });
  expect(await fix({ fix: "limit", monthlyLimit: "1" })).toMatchObject({ done: [id] });
});

test("a fix needs its number, at least one key, and a member who may change them all", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const at = { workspace: acme.slug };
  const id = await make(dev, acme.slug);
  const refused = async (input: object) => {
    const refusal = await acme.admin.api.keys.fixMany({ ...at, ...input } as never).then(
      () => null,
      (error) => refusalOf(error),
    );
    return [refusal?.reason, Object.keys(refusal?.fields ?? {})];
  };
  expect(await refused({ keyIds: [id], fix: "expire" })).toEqual(["invalid_input", ["days"]]);
  expect(await refused({ keyIds: [id], fix: "expire", days: "0" })).toEqual(["invalid_input", ["days"]]);
  expect(await refused({ keyIds: [id], fix: "limit", monthlyLimit: "" })).toEqual(["invalid_input", ["monthlyLimit"]]);
  for (const none of [{}, { keyIds: [] }, { keyIds: "" }, { keyIds: ["", ""] }])
    expect(await refused({ ...none, fix: "disable" })).toEqual(["invalid_input", ["keyIds"]]);
  expect(await reasonOf(dev.api.keys.fixMany({ ...at, keyIds: id, fix: "disable" }))).toBe("not_permitted");
});

test("two Admins who fix the same keys at once wait for each other, and each key is changed once", async () => {
  const acme = await workspace();
  const second = await memberOf(acme, "admin");
  const ids = await Promise.all(Array.from({ length: 8 }, () => make(acme.admin, acme.slug)));
  const reports = await Promise.all([
    acme.admin.api.keys.fixMany({ workspace: acme.slug, keyIds: ids, fix: "disable" }),
    second.api.keys.fixMany({ workspace: acme.slug, keyIds: ids.toReversed(), fix: "disable" }),
  ]);
  expect(reports.flatMap(({ done }) => done).sort()).toEqual(ids.toSorted());
  const [row] = await owner`
    select count(*)::int as n from audit_events where workspace_id = ${acme.id} and action = 'key.disabled'`;
  expect(row?.n).toBe(8);
});

test("IS-24 fixing keys and rotating one of them at the same moment do not wait for each other", async () => {
  const acme = await workspace();
  const second = await memberOf(acme, "admin");
  const at = { workspace: acme.slug };
  let old: string;
  let next: string;
  // Fixing takes keys by their ids: only where the old one comes first is it the order that rotating does not have.
  do {
    old = await make(acme.admin, acme.slug);
    next = (await acme.admin.api.keys.rotate({ ...at, keyId: old })).id;
  } while (old > next);
  const outcomes: Promise<unknown>[] = [];
  await owner.begin(async (tx) => {
    await tx`select from api_keys where id = ${old} for update`;
    outcomes.push(acme.admin.api.keys.fixMany({ ...at, keyIds: [old, next], fix: "limit", monthlyLimit: "5" }));
    await waitingFor(1);
    // Rotating the successor holds it, and ends what it took over from.
    outcomes.push(second.api.keys.rotate({ ...at, keyId: next }));
    await waitingFor(2);
  });
  expect((await Promise.allSettled(outcomes)).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
});

test("several keys are ended at once by those who may end each; the others are named and go on", async () => {
  const [acme, there] = [await workspace(), await workspace()];
  const dev = await memberOf(acme, "developer");
  const at = { workspace: acme.slug };
  const [mine, second, admins, foreign] = [
    await make(dev, acme.slug),
    await make(dev, acme.slug),
    await make(acme.admin, acme.slug),
    await make(there.admin, there.slug),
  ];
  const keyIds = [mine, second, admins, foreign];
  const off = await dev.api.keys.endMany({ ...at, keyIds, change: "disable" });
  expect(off.done.toSorted()).toEqual([mine, second].toSorted());
  expect(off.skipped.map(({ id }) => id).toSorted()).toEqual([admins, foreign].toSorted());
  // Twice is once: what is off already is named.
  expect((await dev.api.keys.endMany({ ...at, keyIds: [mine, second], change: "disable" })).done).toEqual([]);
  // Whose role has become a Viewer's still ends their own keys, and switches none off.
  await owner`update memberships set role = 'viewer' where user_id = ${dev.person.id}`;
  expect((await dev.api.keys.endMany({ ...at, keyIds: [mine], change: "disable" })).done).toEqual([]);
  expect((await dev.api.keys.endMany({ ...at, keyIds, change: "revoke" })).done.toSorted()).toEqual(
    [mine, second].toSorted(),
  );
  const events = await owner`
    select action, target_id from audit_events where workspace_id = ${acme.id} and action in ('key.disabled', 'key.revoked')`;
  expect(events).toHaveLength(4);
  const live = await owner`select id from api_keys where revoked_at is null and id in ${owner(keyIds)}`;
  expect(live.map(({ id }) => id).toSorted()).toEqual([admins, foreign].toSorted());
});

test("two who end the same keys in different orders wait for each other, and each key ends once", async () => {
  const acme = await workspace();
  const second = await memberOf(acme, "admin");
  const ids = [await make(acme.admin, acme.slug), await make(acme.admin, acme.slug), await make(acme.admin, acme.slug)];
  const outcomes = await Promise.all([
    acme.admin.api.keys.endMany({ workspace: acme.slug, keyIds: ids, change: "revoke" }),
    second.api.keys.endMany({ workspace: acme.slug, keyIds: ids.toReversed(), change: "revoke" }),
  ]);
  expect(outcomes.flatMap(({ done }) => done).toSorted()).toEqual(ids.toSorted());
  expect(outcomes.flatMap(({ skipped }) => skipped)).toHaveLength(3);
});
