import { beforeAll, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { use } from "@/tests/support/factories/usage";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { byId } from "../queries";

let acme: TestWorkspace;
let at: { workspace: string };

beforeAll(async () => {
  acme = await workspace();
  at = { workspace: acme.slug };
});

const make = async (values: { name?: string; expiration?: "30" | "never" } = {}) =>
  (await acme.admin.api.keys.create({ ...at, name: "A key", ...values })).id;

const isLive = async (id: string) => (await byId(id))?.isLive;

const actionsOn = async (id: string) =>
  (await owner`select action from audit_events where target_id = ${id} order by at`).map(({ action }) => action);

/** Returns what came of calls that were made at once: "done", or the reasons, sorted. */
async function outcomes(calls: Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(calls);
  const reasons = settled.map((each) => (each.status === "fulfilled" ? "done" : reasonOf(Promise.reject(each.reason))));
  return (await Promise.all(reasons)).sort();
}

test("a disabled key is refused until it is enabled, each with its audit row", async () => {
  const id = await make();
  const one = { ...at, keyId: id };
  await acme.admin.api.keys.disable(one);
  expect(await isLive(id)).toBe(false);
  expect(await reasonOf(acme.admin.api.keys.disable(one))).toBe("key_disabled");
  await acme.admin.api.keys.enable(one);
  expect(await isLive(id)).toBe(true);
  expect(await reasonOf(acme.admin.api.keys.enable(one))).toBe("key_not_disabled");
  expect(await actionsOn(id)).toEqual(["key.created", "key.disabled", "key.enabled"]);
});

test("a key that was found in public stays off", async () => {
  const id = await make();
  await owner`update api_keys set disabled_at = now(), disabled_because = 'leaked' where id = ${id}`;
  expect(await reasonOf(acme.admin.api.keys.enable({ ...at, keyId: id }))).toBe("key_leaked");
  const { id: successor } = await acme.admin.api.keys.rotate({ ...at, keyId: id });
  expect([await isLive(id), await isLive(successor)]).toEqual([false, true]);
});

test("a revoked key is restored within the hour, by the database's clock, and not after", async () => {
  const id = await make();
  const one = { ...at, keyId: id };
  expect(await reasonOf(acme.admin.api.keys.restore(one))).toBe("key_not_revoked");
  await acme.admin.api.keys.revoke(one);
  expect(await isLive(id)).toBe(false);
  await acme.admin.api.keys.restore(one);
  expect(await isLive(id)).toBe(true);
  await acme.admin.api.keys.revoke(one);
  await owner`update api_keys set revoked_at = now() - interval '3601 seconds' where id = ${id}`;
  expect(await reasonOf(acme.admin.api.keys.restore(one))).toBe("key_gone");
  expect(await actionsOn(id)).toEqual(["key.created", "key.revoked", "key.restored", "key.revoked"]);
  for (const verb of ["disable", "enable", "update", "rotate"] as const)
    expect(await reasonOf(acme.admin.api.keys[verb](one))).toBe("key_revoked");
});

test("rotation makes a key with the same settings, and ends the old one after the overlap", async () => {
  const { id } = await acme.admin.api.keys.create({
    ...at,
    ...{ name: "Backend", expiration: "30", scopes: "chat", models: "m", ipRanges: "10.0.0.0/8", monthlyLimit: "5" },
    ...{ requestsPerMinute: "6", tokensPerMinute: "7", isService: true, origins: "https://a.example" },
  });
  const made = await acme.admin.api.keys.rotate({ ...at, keyId: id, overlap: "1" });
  expect(made).toMatchObject({ name: "Backend", secret: expect.stringMatching(/^atl_\w{12}_\w{49}$/) });
  const settings = await owner`
    select name, is_service, scopes::text, models::text, ip_ranges::text, origins::text, monthly_limit, requests_per_minute,
      tokens_per_minute, created_by, expires_at::date from api_keys where id in (${id}, ${made.id})`;
  const [old, young] = [settings.find((row) => row.expires_at < new Date(Date.now() + 10 * 86_400_000)), settings[1]];
  expect(settings).toHaveLength(2);
  expect({ ...old, expires_at: null }).toEqual({ ...young, expires_at: null });
  const [times] = await owner`
    select replaced_by, expires_at = now() + interval '1 hour' as is_exact,
      expires_at between now() + interval '59 minutes' and now() + interval '61 minutes' as is_near from api_keys where id = ${id}`;
  expect(times).toMatchObject({ replaced_by: made.id, is_near: true });
  expect([await isLive(id), await isLive(made.id)]).toEqual([true, true]);
  expect(await actionsOn(id)).toEqual(["key.created", "key.rotated"]);
  expect(JSON.stringify(await owner`select * from audit_events where target_id = ${id}`)).not.toContain(
    made.secret.slice(17, 60),
  );
  expect(await reasonOf(acme.admin.api.keys.rotate({ ...at, keyId: id }))).toBe("key_replaced");
  // The overlap is not to be drawn out by another end.
  expect(await reasonOf(acme.admin.api.keys.update({ ...at, keyId: id, expiration: "90" }))).toBe("key_replaced");
});

test("an overlap never makes an old key live longer, and none ends it at once", async () => {
  const soon = await make();
  await owner`update api_keys set expires_at = now() + interval '10 minutes' where id = ${soon}`;
  await acme.admin.api.keys.rotate({ ...at, keyId: soon, overlap: "24" });
  const [row] =
    await owner`select expires_at < now() + interval '11 minutes' as is_kept from api_keys where id = ${soon}`;
  expect(row?.is_kept).toBe(true);
  const now = await make({ expiration: "never" });
  await acme.admin.api.keys.rotate({ ...at, keyId: now, overlap: "0" });
  expect(await isLive(now)).toBe(false);
});

test("a rotated key's successor lives as long as it was made to, within the policy", async () => {
  const there = await workspace();
  const days = async (expiration: "30" | "never") => {
    const { id } = await there.admin.api.keys.create({ workspace: there.slug, name: "A key", expiration });
    return async () => {
      const { expiresAt } = await there.admin.api.keys.rotate({ workspace: there.slug, keyId: id });
      return expiresAt && Math.round((expiresAt.getTime() - Date.now()) / 86_400_000);
    };
  };
  const [short, endless, capped] = [await days("30"), await days("never"), await days("never")];
  expect([await short(), await endless()]).toEqual([30, null]);
  await there.admin.api.keys.setPolicy({ workspace: there.slug, maximumDays: "90" });
  expect(await capped()).toBe(90);
});

test("rotating twice at once is rotating once: one secret, two keys", async () => {
  const id = await make({ name: "Twice" });
  expect(await outcomes([1, 2, 3].map(() => acme.admin.api.keys.rotate({ ...at, keyId: id })))).toEqual([
    "done",
    "key_replaced",
    "key_replaced",
  ]);
  expect(await owner`select from api_keys where name = 'Twice'`).toHaveLength(2);
  expect(await actionsOn(id)).toEqual(["key.created", "key.rotated"]);
});

test("revoking and restoring at once leaves one order of the two, each with its audit row", async () => {
  for (let round = 0; round < 10; round++) {
    const id = await make();
    const one = { ...at, keyId: id };
    const came = await outcomes([acme.admin.api.keys.revoke(one), acme.admin.api.keys.restore(one)]);
    // By name: an audit row's moment is the beginning of its transaction, and one of the two waited for the other.
    const actions = (await actionsOn(id)).filter((action) => action !== "key.created").sort();
    const isRestored = came.every((outcome) => outcome === "done");
    expect(came).toEqual(isRestored ? ["done", "done"] : ["done", "key_not_revoked"]);
    expect(actions).toEqual(isRestored ? ["key.restored", "key.revoked"] : ["key.revoked"]);
    expect(await isLive(id)).toBe(isRestored);
  }
});

test("disabling and revoking at once leaves the key revoked, and no audit row of what did not happen", async () => {
  for (let round = 0; round < 10; round++) {
    const id = await make();
    const one = { ...at, keyId: id };
    const came = await outcomes([acme.admin.api.keys.disable(one), acme.admin.api.keys.revoke(one)]);
    const [row] =
      await owner`select revoked_at is not null as is_revoked, disabled_at is not null as is_disabled from api_keys where id = ${id}`;
    expect(row).toEqual({ is_revoked: true, is_disabled: !came.includes("key_revoked") });
    expect(await actionsOn(id)).toHaveLength(1 + came.filter((outcome) => outcome === "done").length);
  }
});

test("the meter counts the key's requests of the last hour, and says by what and from where", async () => {
  const id = await make();
  const other = await make();
  const request = (keyId: string, ago: string) => owner`
    insert into usage_ledger (workspace_id, at, id, key_id, model, upstream_model, operation, is_streamed, status,
      prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, total_ms)
    values (${acme.id}, now() - ${ago}::interval, gen_random_uuid(), ${keyId}, 'm', 'm', 'chat', false, 200, 1, 1, 0, 0, 0, 'reported', 5)`;
  await Promise.all([
    request(id, "1 minute"),
    request(id, "59 minutes"),
    request(id, "61 minutes"),
    request(other, "1 s"),
  ]);
  await owner`update api_keys set last_used_at = now(), last_client = 'openai-python/1.0', last_address = '203.0.113.9' where id = ${id}`;
  const meter = () => acme.admin.api.keys.meter({ ...at, keyId: id });
  expect(await meter()).toMatchObject({
    requestsLastHour: 2,
    lastClient: "openai-python/1.0",
    lastAddress: "203.0.113.9",
    hasEnded: false,
  });
  await acme.admin.api.keys.rotate({ ...at, keyId: id, overlap: "0" });
  expect(await meter()).toMatchObject({ hasEnded: true });
});

test("P12 the meter finds its rows by an index", async () => {
  const plan = await owner.begin(async (tx) => {
    await tx`set local enable_seqscan = off`;
    return tx.unsafe(
      `explain select count(*) from usage_ledger where workspace_id = '${acme.id}' and key_id = 'x' and at > now() - interval '1 hour'`,
    );
  });
  expect(JSON.stringify(plan)).toMatch(/workspace_id_key_id_at_idx|usage_ledger_by_key/);
});

test("a Developer does all of this to their own keys and none of it to others'", async () => {
  const [one, two] = await Promise.all([memberOf(acme, "developer"), memberOf(acme, "developer")]);
  const { id } = await one.api.keys.create({ ...at, name: "Mine" });
  const key = { ...at, keyId: id };
  for (const verb of ["disable", "enable", "update", "rotate", "revoke", "restore", "meter", "get"] as const)
    expect([verb, await reasonOf(two.api.keys[verb](key))]).toEqual([verb, "not_permitted"]);
  for (const verb of ["disable", "enable", "update", "rotate", "revoke", "restore", "meter", "get"] as const)
    await one.api.keys[verb](key);
});

test("a new key's first request is found once it was settled, by those who manage the key", async () => {
  const acme = await workspace();
  const [grace, other] = [await memberOf(acme, "developer"), await memberOf(acme, "developer")];
  const at = { workspace: acme.slug };
  const { id: keyId } = await grace.api.keys.create({ ...at, name: "First" });
  const first = (who: typeof grace) => who.api.keys.firstRequest({ ...at, keyId });
  expect(await first(grace)).toBeNull();
  await use(owner, acme.id, [{ status: 429, errorCode: "rate_limit", totalMs: 7 }]);
  expect(await first(grace)).toBeNull();
  await use(owner, acme.id, [{ keyId, status: 429, errorCode: "rate_limit", totalMs: 7 }]);
  await use(owner, acme.id, [{ keyId }]);
  expect(await first(grace)).toMatchObject({ status: 429, errorCode: "rate_limit", totalMs: 7 });
  expect(await first(acme.admin)).toMatchObject({ status: 429 });
  expect(await reasonOf(first(other))).toBe("not_permitted");
});
