import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertKey } from "@/tests/support/factories/keys";
import { ownModel } from "@/tests/support/factories/models";
import { insertRoute } from "@/tests/support/factories/routes";
import { use } from "@/tests/support/factories/usage";
import { fieldsOf, memberOf, type TestWorkspace, workspace } from "@/tests/support/people";

let acme: TestWorkspace;
let keyId: string;
let at: { workspace: string; keyId: string };

const uses = (kind: string, value: string, ago = "1 hour") => owner`
  insert into key_footprints (workspace_id, key_id, kind, value, last_at)
  values (${acme.id}, ${keyId}, ${kind}, ${value}, now() - ${ago}::interval)`;

beforeEach(async () => {
  acme = await workspace();
  keyId = await insertKey(owner, acme.id, acme.admin.person.id);
  at = { workspace: acme.slug, keyId };
  const route = await insertRoute(owner, acme.id, acme.admin.person.id, { id: "route/support" });
  await uses("scope", "chat");
  await uses("scope", "embeddings", "40 days");
  await uses("model", "small");
  await uses("model", route);
  await uses("address", "192.0.2.7");
  const ofKey = { keyId, memberId: acme.admin.person.id };
  await use(owner, acme.id, [
    ...[1, 2, 3].map(() => ({ ...ofKey, model: "small" })),
    ...[1, 2].map(() => ({ ...ofKey, model: "large" })),
    { ...ofKey, model: "small", at: new Date(Date.now() - 40 * 86_400_000) },
  ]);
  await owner`update usage_hourly set route = ${route} where workspace_id = ${acme.id} and model = 'large'`;
});

const said = async (changes: object) =>
  (await fieldsOf(acme.admin.api.keys.update({ ...at, asksFirst: true, ...changes } as never))).isSure;

test("what a narrower key would have refused in the last 30 days is said before it is saved", async () => {
  expect(await said({ models: ["other", "route/*"] })).toBe(
    "In the last 30 days this would have refused 3 calls for the model small.",
  );
  expect(await said({ models: ["small"] })).toBe(
    "In the last 30 days this would have refused 2 calls for the model route/support.",
  );
  expect(await said({ scopes: ["models:read"], ipRanges: ["203.0.113.0/24"] })).toBe(
    "In the last 30 days this would have refused 5 calls with the scope chat, and calls from the address 192.0.2.7.",
  );
  const [row] = await owner`select models, ip_ranges from api_keys where id = ${keyId}`;
  expect(row).toEqual({ models: null, ip_ranges: null });
});

test("it is saved when nothing would have been refused, when one is sure, and when it is not asked", async () => {
  const save = (changes: object) => acme.admin.api.keys.update({ ...at, ...changes } as never);
  await save({ asksFirst: true, models: ["small", "route/support"], scopes: ["chat"], ipRanges: ["192.0.2.0/24"] });
  await save({ asksFirst: true, isSure: true, models: ["small"] });
  await save({ models: ["large"] });
  const [row] = await owner`select models from api_keys where id = ${keyId}`;
  expect(row?.models).toEqual(["large"]);
});

test("a role's, a model's and a route's calls of the last 30 days are counted", async () => {
  const dev = await memberOf(acme, "developer");
  const model = await ownModel(owner, acme.id);
  await use(owner, acme.id, [
    { model, memberId: dev.person.id },
    { model, keyId, memberId: acme.admin.person.id },
  ]);
  const here = { workspace: acme.slug };
  expect(await acme.admin.api.members.impact({ ...here, userIds: [dev.person.id, acme.admin.person.id] })).toEqual({
    ...{ inBrowser: 1, withKeys: 6, keys: 1, days: 30 },
  });
  expect((await acme.admin.api.models.get({ ...here, modelId: model })).called).toMatchObject({ total: 2, calls: 2 });
  const { called } = await acme.admin.api.models.retirement({ ...here, modelId: "route/support" });
  expect(called).toMatchObject({ total: 1, calls: 2 });
});

test("what several keys were used for is counted together, in this workspace only, and says how far it looked", async () => {
  const [second, unused] = [
    await insertKey(owner, acme.id, acme.admin.person.id),
    await insertKey(owner, acme.id, acme.admin.person.id),
  ];
  await use(owner, acme.id, [{ keyId: second, memberId: acme.admin.person.id }]);
  const impact = (who: TestWorkspace, keyIds: string[]) => who.admin.api.keys.impact({ workspace: who.slug, keyIds });
  expect(await impact(acme, [keyId, second, unused])).toEqual({
    rows: [
      { keyId, calls: 5 },
      { keyId: second, calls: 1 },
    ],
    ...{ calls: 6, days: 30 },
  });
  expect(await impact(await workspace(), [keyId])).toEqual({ rows: [], calls: 0, days: 30 });
  // More hours than are looked at: 100 of each of the last 510 hours.
  await owner`
    insert into usage_hourly (workspace_id, hour, model, key_id, requests, errors, prompt_tokens, completion_tokens, cost, latency)
    select ${acme.id}, date_trunc('hour', now()) - make_interval(hours => h), 'm' || n, ${second}, 1, 0, 0, 0, 0, '{}'
    from generate_series(1, 510) h, generate_series(1, 100) n`;
  expect(await impact(acme, [second])).toMatchObject({ calls: 50_000, days: 21 });
  const narrowed = { workspace: acme.slug, keyId: second, asksFirst: true, models: ["small"] };
  await owner`
    insert into key_footprints (workspace_id, key_id, kind, value) values (${acme.id}, ${second}, 'model', 'm1')`;
  expect((await fieldsOf(acme.admin.api.keys.update(narrowed as never))).isSure).toMatch(
    /^In the newest 21 days of the last 30 this would have refused \d+ calls for the model m1\.$/,
  );
});
