import { afterEach, expect, test, vi } from "vitest";
import { ModelServer } from "@/server/model-servers/client";
import { noteAnswer, noteOutage } from "@/server/model-servers/outages";
import { modelServers } from "@/server/model-servers/registry";
import { owner } from "@/tests/support/database";
import { spend } from "@/tests/support/factories/spending";
import { memberOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

const euro = 1_000_000;
const alertsOf = ({ api }: Signed, { slug }: TestWorkspace) => api.workspaces.alerts({ workspace: slug });
const limitsOf = async (who: Signed, where: TestWorkspace) =>
  (await alertsOf(who, where)).limits.map(({ of, span }) => `${of} ${span}`);

afterEach(() => vi.restoreAllMocks());

test("a limit is told of from nine tenths on, to all members; a member's own to them alone", async () => {
  const acme = await workspace();
  const grace = await memberOf(acme, "viewer");
  const at = { workspace: acme.slug };
  await acme.admin.api.billing.setLimit({ ...at, limit: "10" });
  await spend(owner, acme.id, { cost: 9 * euro - 1, memberId: grace.person.id });
  expect(await limitsOf(grace, acme)).toEqual([]);
  await spend(owner, acme.id, { cost: 1, memberId: grace.person.id });
  expect(await alertsOf(grace, acme)).toMatchObject({
    limits: [{ of: "workspace", span: "month", spent: 9 * euro, limit: 10 * euro }],
  });
  await acme.admin.api.billing.setMemberLimit({ ...at, userId: grace.person.id, limit: "5" });
  const own = `member:${grace.person.id} month`;
  expect(await limitsOf(grace, acme)).toEqual([own, "workspace month"]);
  expect(await limitsOf(acme.admin, acme)).toEqual(["workspace month"]);
  await owner`insert into limit_raises (workspace_id, whose, span, amount, ends_at)
    values (${acme.id}, 'workspace', 'month', ${100 * euro}, now() + interval '1 day')`;
  expect(await limitsOf(grace, acme)).toEqual([own]);
});

test("a limit of nothing and the operators' one of a day are told of, three at most", async () => {
  const acme = await workspace();
  for (const [whose, span, amount] of [
    ["workspace", "day", 0],
    ["ceiling", "day", 2 * euro],
    ["ceiling", "total", 4 * euro],
    ["workspace", "week", 4 * euro],
  ] as const)
    await owner`insert into budgets (workspace_id, whose, subject, span, amount) values (${acme.id}, ${whose}, ${whose}, ${span}, ${amount})`;
  await spend(owner, acme.id, { cost: 4 * euro });
  expect((await limitsOf(acme.admin, acme)).slice(0, 2)).toEqual(["workspace day", "ceiling day"]);
  expect(await limitsOf(acme.admin, acme)).toHaveLength(3);
});

test("mail that fails is told of to operators, and to no other member", async () => {
  const acme = await workspace();
  const [developer, olga] = [await memberOf(acme, "developer"), await operator()];
  await owner`insert into memberships (workspace_id, user_id, role) values (${acme.id}, ${olga.person.id}, 'viewer')`;
  const told = async () => [
    (await alertsOf(acme.admin, acme)).isMailFailing,
    (await alertsOf(olga, acme)).isMailFailing,
    (await alertsOf(developer, acme)).isMailFailing,
  ];
  expect(await told()).toEqual([false, false, false]);
  const fail = (count: number) => owner`
    insert into mail_outbox (template, status, settled_at) select 'sign-in', 'failed', now() from generate_series(1, ${count})`;
  await fail(2);
  expect(await told()).toEqual([false, false, false]);
  await fail(1);
  expect(await told()).toEqual([false, true, false]);
  await owner`update mail_outbox set settled_at = now() - interval '2 hours' where status = 'failed'`;
  expect(await told()).toEqual([false, false, false]);
  await owner`insert into mail_outbox (template, payload, created_at) values ('sign-in', '\\x01', now() - interval '16 minutes')`;
  expect(await told()).toEqual([false, true, false]);
  await owner`delete from mail_outbox where status <> 'sent'`;
});

test("a model server is told of once it was out for ten seconds, until it answers", async () => {
  const acme = await workspace();
  const [server] = modelServers();
  if (!server) throw new Error("there is no model server");
  let now = 1_000_000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const out = async () => (await alertsOf(acme.admin, acme)).outages;
  noteOutage(server);
  expect(await out()).toEqual([]);
  now += 10_000;
  noteOutage(server);
  expect(await out()).toEqual([{ name: server.settings.name, isOwn: false }]);
  // The server was not asked since then.
  now += 130_000;
  expect(await out()).toEqual([]);
  noteOutage(server);
  now += 11_000;
  noteOutage(server);
  expect(await out()).toHaveLength(1);
  noteAnswer(server);
  expect(await out()).toEqual([]);
  // Another workspace's own server with the same name is a different one.
  const theirs = { kind: "workspace", id: "their-provider", workspaceId: "another", isDraining: false } as const;
  noteOutage(new ModelServer(server.settings, theirs));
  now += 11_000;
  noteOutage(new ModelServer(server.settings, theirs));
  expect(await out()).toEqual([]);
});
