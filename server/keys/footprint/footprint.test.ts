import { afterEach, expect, test, vi } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { memberOf, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { forgetOld } from "./job";
import { narrowedTo } from "./narrowing";
import * as footprints from "./queries";

afterEach(() => vi.restoreAllMocks());

const make = async (who: Signed, slug: string, values: object = {}) =>
  (await who.api.keys.create({ workspace: slug, name: "A key", ...values })).id;

type Acme = Awaited<ReturnType<typeof workspace>>;

const note = (acme: Acme, keyId: string, used: [footprints.Footprint["kind"], string][]) =>
  transaction("write", { workspaceId: acme.id }, (db) =>
    footprints.note(
      db,
      acme.id,
      used.map(([kind, value]) => ({ keyId, kind, value })),
    ),
  );

const usual: [footprints.Footprint["kind"], string][] = [
  ["scope", "chat"],
  ["model", "mistral-small"],
  ["address", "203.0.113.7"],
  ["address", "2001:db8:0:7::/64"],
];

test("a narrowing keeps what was used and nothing else, and leaves what it cannot say", () => {
  const key = { scopes: ["chat", "embeddings", "files"] as never, models: null, ipRanges: null };
  const used = usual.map(([kind, value]) => ({ kind, value }));
  expect(narrowedTo(used, key)).toEqual({
    scopes: ["chat"],
    models: ["mistral-small"],
    ipRanges: ["2001:db8:0:7::/64", "203.0.113.7/32"],
  });
  expect(narrowedTo([], key)).toEqual({});
  // Nor is what was used before the key was limited to less.
  expect(
    narrowedTo([...used, { kind: "model" as const, value: "large" }], {
      scopes: ["chat"],
      models: ["mistral-*"],
      ipRanges: ["203.0.0.0/16"],
    }),
  ).toEqual({ models: ["mistral-small"], ipRanges: ["203.0.113.7/32"] });
  const least = { scopes: ["chat"] as never, models: ["small"], ipRanges: ["198.51.100.0/24", "2001:db8:0:7::1/128"] };
  expect(narrowedTo(used, least)).toEqual({});
  const addresses = Array.from({ length: 51 }, (_, n) => ({ kind: "address" as const, value: `203.0.113.${n}` }));
  expect(narrowedTo(addresses, key)).toEqual({});
  // A scope that was taken from the key since is not given back.
  expect(narrowedTo([{ kind: "scope", value: "ocr" }], key)).toEqual({});
});

test("a key is narrowed to what it used in 30 days, its record says so, and the narrowing is undone", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const keyId = await make(acme.admin, acme.slug, { scopes: ["chat", "embeddings", "files", "audio"] });
  await note(acme, keyId, [...usual, ["scope", "embeddings"]]);
  await owner`update key_footprints set last_at = now() - interval '31 days' where key_id = ${keyId} and value = 'embeddings'`;
  const before = await acme.admin.api.keys.record({ ...at, keyId });
  expect(before.used.map(({ value }) => value).sort()).toEqual(
    [...usual.map(([, value]) => value), "embeddings"].sort(),
  );
  const narrowed = { scopes: ["chat"], models: ["mistral-small"], ipRanges: ["2001:db8:0:7::/64", "203.0.113.7/32"] };
  expect(before).toMatchObject({ narrowed, wasNarrowed: false, isUsedLately: true });
  await acme.admin.api.keys.narrow({ ...at, keyId });
  const after = await acme.admin.api.keys.record({ ...at, keyId });
  expect(after).toMatchObject({ ...narrowed, narrowed: {}, wasNarrowed: true });
  expect(await reasonOf(acme.admin.api.keys.narrow({ ...at, keyId }))).toBe("key_unchanged");
  await acme.admin.api.keys.undoNarrowing({ ...at, keyId });
  expect(await acme.admin.api.keys.record({ ...at, keyId })).toMatchObject({
    scopes: ["chat", "embeddings", "audio", "files"],
    ...{ models: null, ipRanges: null, wasNarrowed: false },
  });
  expect(await reasonOf(acme.admin.api.keys.undoNarrowing({ ...at, keyId }))).toBe("key_not_narrowed");
  const events = await owner`
    select before, after from audit_events where workspace_id = ${acme.id} and action = 'key.updated' order by at, id`;
  expect(events).toMatchObject([{ after: narrowed }, { before: narrowed }]);
});

test("a narrowing that was followed by another change is not undone over it", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const keyId = await make(acme.admin, acme.slug);
  await note(acme, keyId, usual);
  await acme.admin.api.keys.narrow({ ...at, keyId });
  await acme.admin.api.keys.update({ ...at, keyId, ipRanges: "198.51.100.0/24" });
  expect(await reasonOf(acme.admin.api.keys.undoNarrowing({ ...at, keyId }))).toBe("key_not_narrowed");
});

test("AK-03 what an Admin narrows, only an Admin widens again, and then the key's bounds are as before", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const at = { workspace: acme.slug };
  const keyId = await make(dev, acme.slug, { scopes: ["chat", "embeddings"] });
  await note(acme, keyId, usual);
  await acme.admin.api.keys.narrow({ ...at, keyId });
  expect(await reasonOf(dev.api.keys.undoNarrowing({ ...at, keyId }))).toBe("key_held");
  await acme.admin.api.keys.undoNarrowing({ ...at, keyId });
  const [row] = await owner`select scopes, models, ip_ranges, admin_bounds from api_keys where id = ${keyId}`;
  expect(row).toEqual({ scopes: ["chat", "embeddings"], models: null, ip_ranges: null, admin_bounds: null });
  // Its maker does as they like with it again.
  await dev.api.keys.narrow({ ...at, keyId });
  await dev.api.keys.undoNarrowing({ ...at, keyId });
});

test("nothing is narrowed by guess, by a member who may not change the key, or where it is not", async () => {
  const [acme, there] = [await workspace(), await workspace()];
  const [dev, other] = [await memberOf(acme, "developer"), await memberOf(acme, "developer")];
  const at = { workspace: acme.slug };
  const keyId = await make(dev, acme.slug);
  expect(await reasonOf(dev.api.keys.narrow({ ...at, keyId }))).toBe("key_unused");
  await note(acme, keyId, usual);
  for (const call of ["record", "narrow", "undoNarrowing"] as const) {
    expect(await reasonOf(other.api.keys[call]({ ...at, keyId }) as Promise<unknown>)).toBe("not_permitted");
    expect(await reasonOf(there.admin.api.keys[call]({ workspace: there.slug, keyId }) as Promise<unknown>)).toBe(
      "not_found",
    );
  }
  await owner`update key_footprints set last_at = now() - interval '31 days' where key_id = ${keyId}`;
  expect(await dev.api.keys.record({ ...at, keyId })).toMatchObject({ isUsedLately: false, narrowed: {} });
  expect(await reasonOf(dev.api.keys.narrow({ ...at, keyId }))).toBe("key_unused");
  await owner`update key_footprints set last_at = now() where key_id = ${keyId}`;
  await dev.api.keys.revoke({ ...at, keyId });
  expect(await reasonOf(dev.api.keys.narrow({ ...at, keyId }))).toBe("key_revoked");
});

test("two who narrow a key at once narrow it once", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const keyId = await make(acme.admin, acme.slug);
  await note(acme, keyId, usual);
  const both = await Promise.allSettled([1, 2].map(() => acme.admin.api.keys.narrow({ ...at, keyId })));
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const events = await owner`select from audit_events where workspace_id = ${acme.id} and action = 'key.updated'`;
  expect(events).toHaveLength(1);
});

test("what took over from a key goes on with what that one used", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const old = await make(acme.admin, acme.slug);
  await note(acme, old, usual);
  const { id: keyId } = await acme.admin.api.keys.rotate({ ...at, keyId: old });
  expect((await acme.admin.api.keys.record({ ...at, keyId })).used).toHaveLength(4);
  // What that one used after it is its own: it may be another's.
  await note(acme, keyId, [["address", "198.51.100.1"]]);
  expect((await acme.admin.api.keys.record({ ...at, keyId })).used).toHaveLength(5);
  expect((await acme.admin.api.keys.record({ ...at, keyId: old })).used).toHaveLength(4);
});

test("of each kind 200 values are noted, what is noted again is only later, and old ones are forgotten", async () => {
  const acme = await workspace();
  const keyId = await make(acme.admin, acme.slug);
  await note(
    acme,
    keyId,
    Array.from({ length: 200 }, (_, n) => ["address", `10.0.0.${n}`]),
  );
  await owner`update key_footprints set last_at = now() - interval '91 days' where key_id = ${keyId} and value <> '10.0.0.1'`;
  await note(acme, keyId, [
    ["address", "10.0.1.1"],
    ["address", "10.0.0.2"],
    ["scope", "chat"],
  ]);
  const count = async () => {
    const [row] = await owner`select count(*)::int as n from key_footprints where key_id = ${keyId}`;
    return row?.n;
  };
  expect(await count()).toBe(201);
  await forgetOld();
  expect(await count()).toBe(3);
});
