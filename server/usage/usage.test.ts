import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertKey } from "@/tests/support/factories/keys";
import { use } from "@/tests/support/factories/usage";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

let acme: TestWorkspace;
beforeEach(async () => {
  acme = await workspace();
});

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
const api = () => acme.admin.api.usage;
const here = () => ({ workspace: acme.slug });

test("a workspace that was not used has zeros everywhere and a step for every hour", async () => {
  const report = await api().report({ ...here(), range: "24h" });
  expect(report.totals).toEqual({
    requests: 0,
    errors: 0,
    promptTokens: 0,
    completionTokens: 0,
    cost: 0,
    latency: { p50: null, p95: null, p99: null },
    classes: {},
  });
  expect([report.groups, report.others, report.series]).toEqual([[], null, [expect.anything()]]);
  expect(report.steps).toHaveLength(24);
  expect(report.series[0]?.requests).toEqual(Array.from({ length: 24 }, () => 0));
  expect((await api().recent(here())).rows).toEqual([]);
  expect(await api().latest(here())).toBeNull();
});

test("figures are summed in total, by group and by step, and compared with the span before", async () => {
  await use(owner, acme.id, [
    { at: hoursAgo(1), model: "large", promptTokens: 100, completionTokens: 50, cost: 900, totalMs: 200 },
    { at: hoursAgo(1), model: "large", promptTokens: 100, completionTokens: 50, cost: 900, totalMs: 200 },
    { at: hoursAgo(5), model: "small", promptTokens: 10, completionTokens: 5, cost: 7, totalMs: 30 },
    {
      at: hoursAgo(5),
      model: "small",
      status: 502,
      errorCode: "model_server_down",
      promptTokens: 0,
      completionTokens: 0,
    },
    { at: hoursAgo(30), model: "small", promptTokens: 1, completionTokens: 2, cost: 3 },
  ]);
  const report = await api().report({ ...here(), range: "24h" });
  expect(report.totals).toMatchObject({ requests: 4, errors: 1, promptTokens: 210, completionTokens: 105, cost: 1807 });
  expect(report.previous).toMatchObject({ requests: 1, promptTokens: 1, cost: 3 });
  expect(report.groups).toMatchObject([
    { id: "large", name: "large", requests: 2, errors: 0, cost: 1800 },
    { id: "small", name: "small", requests: 2, errors: 1, cost: 7 },
  ]);
  expect(report.groups[0]?.latency.p50).toBeGreaterThan(160);
  expect(report.groups[0]?.latency.p50).toBeLessThan(240);
  expect(report.series.map(({ group, requests }) => [group?.id, requests.filter(Boolean)])).toEqual([
    ["large", [2]],
    ["small", [2]],
  ]);
  const [large, small] = report.series;
  // The last step is the hour under way.
  expect([large?.requests[22], small?.tokens[18], small?.cost[18]]).toEqual([2, 15, 7]);
});

test("keys that were revoked and members who left keep their names, and service keys have no member", async () => {
  const dev = await memberOf(acme, "developer");
  const [revoked, live, service] = [
    await insertKey(owner, acme.id, dev.person.id, { name: "Old", isRevoked: true }),
    await insertKey(owner, acme.id, acme.admin.person.id, { name: "New" }),
    await insertKey(owner, acme.id, acme.admin.person.id, { name: "Robot", isService: true }),
  ];
  await use(owner, acme.id, [
    { keyId: revoked, memberId: dev.person.id, cost: 3 },
    { keyId: live, memberId: acme.admin.person.id, cost: 2 },
    { keyId: service, memberId: null, cost: 1 },
  ]);
  await acme.admin.api.members.remove({ ...here(), userId: dev.person.id });
  const byKey = await api().report({ ...here(), groupBy: "key" });
  expect(byKey.groups).toMatchObject([
    { id: revoked, name: "Old", detail: `atl_${revoked.slice(0, 4)}…abcd`, ended: "revoked" },
    { id: live, name: "New", ended: null },
    { id: service, name: "Robot", ended: null },
  ]);
  const byMember = await api().report({ ...here(), groupBy: "member" });
  expect(byMember.groups).toMatchObject([
    { id: dev.person.id, name: dev.person.name, ended: "removed", cost: 3 },
    { id: acme.admin.person.id, ended: null, cost: 2 },
    { id: "", name: "Service keys", ended: null, cost: 1 },
  ]);
  expect(await api().filters(here())).toMatchObject({
    models: ["atelier-base"],
    hasServiceKeys: true,
    members: expect.arrayContaining([expect.objectContaining({ id: dev.person.id, ended: "removed" })]),
  });
  const filtered = async (filter: object) => (await api().report({ ...here(), ...filter })).totals.cost;
  expect([
    await filtered({ keyId: live }),
    await filtered({ userId: dev.person.id }),
    await filtered({ userId: "service" }),
    await filtered({ model: "atelier-base" }),
    await filtered({ model: "another" }),
  ]).toEqual([2, 3, 1, 6, 0]);
  const requests = async (filter: object) =>
    (await api().recent({ ...here(), ...filter })).rows.map(({ cost }) => cost);
  expect([
    await requests({ keyId: live }),
    await requests({ userId: dev.person.id }),
    await requests({ userId: "service" }),
    await requests({ model: "another" }),
  ]).toEqual([[2], [3], [1], []]);
});

test("an account that was erased keeps its figures and has no name", async () => {
  const dev = await memberOf(acme, "developer");
  await use(owner, acme.id, [{ memberId: dev.person.id }]);
  await owner`delete from memberships where user_id = ${dev.person.id}`;
  await owner`update users set name = '', email = null, deleted_at = now() where id = ${dev.person.id}`;
  const { groups } = await api().report({ ...here(), groupBy: "member" });
  expect(groups).toMatchObject([{ name: "Deleted account", ended: "removed", requests: 1 }]);
});

test("of many groups eight are drawn and a hundred listed; the others are one more", async () => {
  await owner`
    insert into usage_hourly (workspace_id, hour, model, requests, errors, prompt_tokens, completion_tokens, cost, latency)
    select ${acme.id}, date_trunc('hour', now(), 'UTC'), 'model ' || i, 1, 0, 2, 3, 1000 - i, array_fill(0, array[31]) || 1
    from generate_series(1, 120) i`;
  const report = await api().report({ ...here(), groupBy: "model" });
  expect(report.groups).toHaveLength(100);
  expect(report.groups[0]?.name).toBe("model 1");
  expect(report.others).toMatchObject({
    requests: 20,
    promptTokens: 40,
    completionTokens: 60,
    latency: { p50: 463_409 },
  });
  expect(report.series.map(({ group }) => group?.name)).toEqual([
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `model ${i}`),
    undefined,
  ]);
  expect(report.series.at(-1)?.requests.at(-1)).toBe(112);
});

test.each([
  [{ range: "custom", from: "2026-02-01" }, { to: "Enter the last day." }],
  [{ range: "custom", from: "2026-02-02", to: "2026-02-01" }, { to: "The last day is before the first." }],
  [{ range: "custom", from: "2026-02-30", to: "2026-03-01" }, { from: "There is no such day." }],
] as const)("the range %o is refused at its field", async (query, fields) => {
  const { refusalOf } = await import("@/server/api/trpc");
  for (const attempt of [api().report, api().recent, api().filters, api().export]) {
    const error = await attempt({ ...here(), ...query }).catch((error: unknown) => error);
    expect(refusalOf(error as Error)).toMatchObject({ reason: "invalid_input", fields });
  }
});

test("a filter for a key or a member of another workspace finds nothing there", async () => {
  const other = await workspace();
  const keyId = await insertKey(owner, other.id, other.admin.person.id);
  await use(owner, other.id, [{ keyId, memberId: other.admin.person.id }]);
  expect(await reasonOf(api().report({ ...here(), keyId }))).toBe("not_found");
  expect(await reasonOf(api().report({ ...here(), userId: other.admin.person.id }))).toBe("not_found");
});

test("pages of requests lead forward and back over every one once, newest first, with a filter as well", async () => {
  const keyId = await insertKey(owner, acme.id, acme.admin.person.id);
  // Some share a moment, so that only their ids tell their order.
  await use(
    owner,
    acme.id,
    Array.from({ length: 60 }, (_, i) => ({ at: hoursAgo(Math.floor(i / 2)), keyId, cost: i })),
  );
  await use(owner, acme.id, [{ at: hoursAgo(3), cost: 1000 }]);
  for (const [filter, total] of [
    [{}, 61],
    [{ keyId }, 60],
  ] as const) {
    const list = (place: object) => api().recent({ ...here(), ...filter, ...place });
    const first = await list({});
    const second = await list({ after: first.next });
    const third = await list({ after: second.next });
    const all = [first, second, third].flatMap(({ rows }) => rows);
    expect(new Set(all.map(({ id }) => id)).size).toBe(total);
    expect(all.map(({ at }) => at.getTime())).toEqual(all.map(({ at }) => at.getTime()).sort((a, b) => b - a));
    expect([first.previous, third.next]).toEqual([null, null]);
    expect((await list({ before: third.previous })).rows).toEqual(second.rows);
    expect((await list({ before: second.previous })).rows).toEqual(first.rows);
  }
});

test("the parts of an export are the report's figures, step by step", async () => {
  await use(owner, acme.id, [
    { at: hoursAgo(1), model: "large", cost: 5 },
    { at: hoursAgo(24 * 8), model: "small", cost: 6 },
    { at: hoursAgo(24 * 20), model: "large", cost: 7 },
  ]);
  const rows = [];
  let parts = 0;
  let step: string | undefined;
  do {
    const part = await api().export({ ...here(), range: "30d", ...(step ? { step } : {}) });
    rows.push(...part.rows);
    step = part.next?.toISOString();
    parts += 1;
  } while (step);
  expect(parts).toBe(5);
  expect(rows.map(({ group, cost }) => [group.name, cost])).toEqual([
    ["large", 7],
    ["small", 6],
    ["large", 5],
  ]);
  const { totals } = await api().report({ ...here(), range: "30d" });
  expect(rows.reduce((sum, { cost }) => sum + cost, 0)).toBe(totals.cost);
});

test("what is newest changes with every request", async () => {
  await use(owner, acme.id, [{}]);
  const first = await api().latest(here());
  await use(owner, acme.id, [{}]);
  expect(await api().latest(here())).not.toBe(first);
});
