import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { fillBucket, spend } from "@/tests/support/factories/spending";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

const at = ({ slug }: TestWorkspace) => ({ workspace: slug });

const events = ({ id }: TestWorkspace) =>
  owner`select action, target_id, before, after from audit_events where workspace_id = ${id} and action like 'rate_limit%' order by at`;

test("limits are set for all models together and for one, changed and removed, each in the audit trail", async () => {
  const acme = await workspace();
  const treasurer = await memberOf(acme, "billing");
  const { limits } = treasurer.api;
  await limits.setRate({ ...at(acme), model: "", requestsPerMinute: "1,200", tokensPerMinute: "" });
  await limits.setRate({ ...at(acme), model: "gpt:x/y", tokensPerMinute: "90000" });
  await limits.setRate({ ...at(acme), model: "gpt:x/y", tokensPerMinute: "90000" });
  await limits.setRate({ ...at(acme), model: "", requestsPerMinute: "60", tokensPerMinute: "1000" });
  expect((await limits.get(at(acme))).rates).toEqual([
    { model: "", requestsPerMinute: 60, tokensPerMinute: 1000, requestsUsed: 0, tokensUsed: 0 },
    { model: "gpt:x/y", requestsPerMinute: null, tokensPerMinute: 90_000, requestsUsed: 0, tokensUsed: 0 },
  ]);
  await limits.removeRate({ ...at(acme), model: "" });
  expect(await reasonOf(limits.removeRate({ ...at(acme), model: "" }))).toBe("not_found");
  const rates = (requestsPerMinute: number | null, tokensPerMinute: number | null) => ({
    requestsPerMinute,
    tokensPerMinute,
  });
  expect(await events(acme)).toEqual([
    { action: "rate_limit.set", target_id: "*", before: null, after: rates(1200, null) },
    { action: "rate_limit.set", target_id: "gpt:x/y", before: null, after: rates(null, 90_000) },
    { action: "rate_limit.set", target_id: "*", before: rates(1200, null), after: rates(60, 1000) },
    { action: "rate_limit.removed", target_id: "*", before: rates(60, 1000), after: null },
  ]);
});

test.each(["0", "-1", "1.5", "1e3", "1,00", "1.000", "abc", "1000000001", "99999999999999999999", "٣"])(
  "%j requests per minute is no limit",
  async (requestsPerMinute) => {
    const acme = await workspace();
    expect(await reasonOf(acme.admin.api.limits.setRate({ ...at(acme), model: "", requestsPerMinute }))).toBe(
      "invalid_input",
    );
  },
);

test("one of the two is needed, and a workspace has limits for 100 models", async () => {
  const acme = await workspace();
  const { limits } = acme.admin.api;
  expect(await reasonOf(limits.setRate({ ...at(acme), model: "" }))).toBe("invalid_input");
  await owner`insert into rate_limits (workspace_id, model, tokens_per_minute) select ${acme.id}, 'm' || i, 1 from generate_series(1, 100) i`;
  expect(await reasonOf(limits.setRate({ ...at(acme), model: "more", tokensPerMinute: "5" }))).toBe(
    "too_many_rate_limits",
  );
  await limits.setRate({ ...at(acme), model: "m1", tokensPerMinute: "5" });
});

test("two people who set a limit at once leave two rows, the second knowing the first", async () => {
  const acme = await workspace();
  const treasurer = await memberOf(acme, "billing");
  const set = (who: typeof treasurer, requestsPerMinute: string) =>
    who.api.limits.setRate({ ...at(acme), model: "", requestsPerMinute });
  await Promise.all([set(acme.admin, "10"), set(treasurer, "20")]);
  const befores = (await events(acme)).map(({ before }) => before?.requestsPerMinute ?? null);
  const afters = (await events(acme)).map(({ after }) => after.requestsPerMinute);
  expect(befores.filter((before) => before !== null)).toHaveLength(1);
  expect(afters).toContain(befores.find((before) => before !== null));
});

test("how full a limit is follows the gateway's bucket: it leaks, is never more than full, and without one is empty", async () => {
  const acme = await workspace();
  const { limits } = acme.admin.api;
  await limits.setRate({ ...at(acme), model: "", requestsPerMinute: "60", tokensPerMinute: "6000" });
  await limits.setRate({ ...at(acme), model: "a", requestsPerMinute: "60" });
  await fillBucket(owner, `requests:${acme.id}:*`, 48);
  await fillBucket(owner, `tokens:${acme.id}:*`, 9_000);
  await fillBucket(owner, `requests:${acme.id}:a`, 30);
  await owner`update rate_buckets set at = at - interval '20 seconds' where key = ${`v1:requests:${acme.id}:a`}`;
  const [all, one] = (await limits.get(at(acme))).rates;
  expect(all?.requestsUsed).toBeGreaterThanOrEqual(46);
  expect(all?.requestsUsed).toBeLessThanOrEqual(48);
  expect(all?.tokensUsed).toBe(6_000);
  // A limit of 60 leaks one a second.
  expect(one?.requestsUsed).toBeGreaterThanOrEqual(8);
  expect(one?.requestsUsed).toBeLessThanOrEqual(10);
  await owner`update rate_buckets set at = at - interval '1 hour' where key like ${`v1:%${acme.id}%`}`;
  expect((await limits.get(at(acme))).rates.map(({ requestsUsed }) => requestsUsed)).toEqual([0, 0]);
});

test("members see their own keys, a member who manages any key sees all, and service keys are no member's own", async () => {
  const acme = await workspace();
  const grace = await memberOf(acme, "developer");
  const viewer = await memberOf(acme, "viewer");
  const make = (who: typeof grace, name: string) => who.api.keys.create({ ...at(acme), name, expiration: "30" });
  const mine = await make(grace, "Grace's");
  await make(acme.admin, "Ada's");
  const service = await make(grace, "Service");
  await owner`update api_keys set is_service = true where id = ${service.id}`;
  await owner`update api_keys set requests_per_minute = 60, monthly_limit = 5000000 where id = ${mine.id}`;
  await fillBucket(owner, `requests:key:${mine.id}`, 30);
  await spend(owner, acme.id, { cost: 1_000_000, keyId: mine.id });
  const list = async (who: typeof grace) => (await who.api.limits.keys(at(acme))).rows;
  const own = await list(grace);
  expect(own).toEqual([
    expect.objectContaining({
      name: "Grace's",
      isMine: true,
      requestsPerMinute: 60,
      monthlyLimit: 5_000_000,
      spent: 1_000_000,
    }),
  ]);
  expect(own[0]?.requestsUsed).toBeGreaterThan(25);
  expect((await list(acme.admin)).map(({ name, isMine }) => [name, isMine])).toEqual([
    ["Service", false],
    ["Ada's", true],
    ["Grace's", false],
  ]);
  expect(await list(viewer)).toEqual([]);
  expect((await acme.admin.api.limits.keys({ ...at(acme), search: "race" })).rows).toHaveLength(1);
  // The link of a refusal names a key by its id.
  expect((await acme.admin.api.limits.keys({ ...at(acme), search: service.id })).rows).toMatchObject([
    { name: "Service" },
  ]);
});

test("what the workspace and I spend stands against what we may", async () => {
  const acme = await workspace();
  const { api, person } = acme.admin;
  await spend(owner, acme.id, { cost: 1_000_000, memberId: person.id });
  await spend(owner, acme.id, { cost: 500_000 });
  await api.billing.setLimit({ ...at(acme), limit: "10" });
  await api.billing.setMemberLimit({ ...at(acme), userId: person.id, limit: "4" });
  expect((await api.limits.get(at(acme))).monthly).toEqual({
    workspace: { spent: 1_500_000, reserved: 0, limit: 10_000_000 },
    own: { spent: 1_000_000, reserved: 0, limit: 4_000_000 },
  });
});

test("a limit may be for the models that were used lately, and those with a price", async () => {
  const acme = await workspace();
  await spend(owner, acme.id, { cost: 1, model: "rare" });
  await spend(owner, acme.id, { cost: 1, model: "usual", requests: 5 });
  await spend(owner, acme.id, { cost: 1, model: "long ago", at: new Date(Date.now() - 60 * 86_400_000) });
  const models = await acme.admin.api.limits.models(at(acme));
  expect(models.slice(0, 2)).toEqual(["usual", "rare"]);
  expect(models).not.toContain("long ago");
});
