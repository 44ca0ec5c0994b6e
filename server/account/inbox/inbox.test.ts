import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { transaction } from "@/db/client";
import { mailOutages } from "@/server/instance/outages/job";
import { noteAnswer, noteOutage } from "@/server/model-servers/outages";
import { instanceServers, loadProviders, modelServers } from "@/server/model-servers/registry";
import { owner } from "@/tests/support/database";
import { insertInvitation } from "@/tests/support/factories/invitations";
import { insertKey } from "@/tests/support/factories/keys";
import { allowOwnProviders, insertOwnProvider } from "@/tests/support/factories/providers";
import { spend } from "@/tests/support/factories/spending";
import { queuedMails } from "@/tests/support/mails";
import { memberOf, newPerson, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import * as inbox from "./queries";

const euro = 1_000_000;
let acme: TestWorkspace;
let ada: Signed;

beforeEach(async () => {
  acme = await workspace();
  ada = acme.admin;
});

afterEach(() => vi.restoreAllMocks());

/** Returns the items of a person's inbox as "WORKSPACE KIND", and checks that the menu shows the same number. */
async function inboxOf({ api }: Signed): Promise<string[]> {
  const { invitations, groups } = await api.account.inbox();
  const listed = groups.flatMap(({ workspace: { name }, items }) => items.map(({ kind }) => `${name} ${kind}`));
  expect((await api.account.menu()).waiting).toBe(invitations.length + listed.length);
  return listed;
}

const asksToJoin = async ({ id }: TestWorkspace, who?: Signed) =>
  owner`insert into join_requests (workspace_id, user_id) values (${id}, ${(who ?? (await newPerson())).person.id})`;

const endIn = (keyId: string, ends: string) =>
  owner`update api_keys set expires_at = now() + ${ends}::interval where id = ${keyId}`;

describe("requests", () => {
  test("wait for those who may answer them, from every workspace at once, and are answered there", async () => {
    const globex = await workspace("Globex", ada);
    const [grace, billing] = [await memberOf(acme, "developer"), await memberOf(acme, "billing")];
    const at = { workspace: acme.slug };
    await asksToJoin(globex);
    await grace.api.roleRequests.ask({ ...at, role: "billing" });
    await ada.api.billing.setLimit({ ...at, limit: "10" });
    await grace.api.budgets.askForRaise({ ...at, of: "workspace", span: "month", limit: "20", reason: "A demo." });
    await grace.api.budgets.askForModel({ ...at, model: "large" });
    expect((await inboxOf(ada)).sort()).toEqual(
      [...[`${acme.name} limit`, `${acme.name} limit`, `${acme.name} role`], `${globex.name} join`].sort(),
    );
    // Only Admins can grant a model.
    expect(await inboxOf(billing)).toEqual([`${acme.name} limit`]);
    expect(await inboxOf(grace)).toEqual([]);
    expect((await billing.api.account.inbox()).groups).toMatchObject([
      {
        workspace: { slug: acme.slug },
        items: [{ name: grace.person.name, wanted: "20.00 EUR a month", whose: "The workspace", reason: "A demo." }],
      },
    ]);

    for (const { workspace: where, items } of (await ada.api.account.inbox()).groups)
      for (const item of items) {
        const here = { workspace: where.slug };
        if (item.kind === "join")
          await ada.api.joinRequests.approve({ ...here, requestId: item.id, role: where.defaultRole });
        if (item.kind === "role")
          await ada.api.roleRequests.approve({ ...here, roleRequestId: item.id, role: item.role });
        if (item.kind === "limit") await ada.api.budgets.declineRequest({ ...here, limitRequestId: item.id });
      }
    expect(await inboxOf(ada)).toEqual([]);
  });

  test("who may answer a request for a limit is the same here as on its page", async () => {
    const grace = await memberOf(acme, "developer");
    const at = { workspace: acme.slug };
    const key = (await grace.api.keys.create({ ...at, name: "Nightly" })).id;
    await owner`update api_keys set monthly_limit = 1, requests_per_minute = 1, models = '{small}' where id = ${key}`;
    await ada.api.budgets.set({ ...at, of: `key:${key}`, span: "day", limit: "2" });
    await owner`insert into rate_limits (workspace_id, model, requests_per_minute) values (${acme.id}, '', 60)`;
    for (const [kind, whose, measure, amount] of [
      ["spend", `key:${key}`, "month", 5],
      ["spend", `key:${key}`, "day", 5],
      ["spend", "ceiling", "month", 5],
      ["rate", `key:${key}`, "requests", 5],
      ["rate", "workspace", "requests", 5],
      ["model", `key:${key}`, "large", null],
      ["model", `member:${grace.person.id}`, "large", null],
    ] as const)
      await owner`insert into limit_requests (workspace_id, user_id, kind, whose, measure, amount)
        values (${acme.id}, ${grace.person.id}, ${kind}, ${whose}, ${measure}, ${amount})`;
    for (const role of ["admin", "billing", "viewer"] as const) {
      const who = await memberOf(acme, role);
      const page = role === "viewer" ? [] : (await who.api.budgets.requests(at)).rows;
      const here = (await who.api.account.inbox()).groups.flatMap(({ items }) => items);
      expect(here.flatMap((item) => (item.kind === "limit" ? [item.id] : [])).sort()).toEqual(
        page.map(({ id }) => id).sort(),
      );
      await inboxOf(who);
    }
  });

  test("of a former member, for a role that is held, and in a suspended or deleted workspace are in no inbox", async () => {
    const [grace, hal] = [await memberOf(acme, "developer"), await memberOf(acme, "viewer")];
    const at = { workspace: acme.slug };
    await grace.api.roleRequests.ask({ ...at, role: "billing" });
    await hal.api.roleRequests.ask({ ...at, role: "developer" });
    expect(await inboxOf(ada)).toHaveLength(2);
    await owner`update memberships set role = 'billing' where user_id = ${grace.person.id}`;
    await owner`update memberships set ends_at = now() where user_id = ${hal.person.id}`;
    expect(await inboxOf(ada)).toEqual([]);
    await asksToJoin(acme);
    expect(await inboxOf(ada)).toHaveLength(1);
    await owner`update workspaces set suspended_at = now() where id = ${acme.id}`;
    expect(await inboxOf(ada)).toEqual([]);
    await owner`update workspaces set suspended_at = null, deleted_at = now() where id = ${acme.id}`;
    expect(await inboxOf(ada)).toEqual([]);
  });
});

test("invitations to one's address are in it, once that is verified", async () => {
  const [grace, mallory] = [await newPerson(), await newPerson({ isVerified: false })];
  for (const { person } of [grace, mallory])
    await insertInvitation(owner, acme.id, ada.person.id, person.email, { role: "viewer" });
  expect((await grace.api.account.inbox()).invitations).toMatchObject([{ workspaceName: acme.name, role: "viewer" }]);
  expect(await grace.api.account.menu()).toMatchObject({ invitations: 1, waiting: 1 });
  expect((await mallory.api.account.inbox()).invitations).toEqual([]);
  expect(await mallory.api.account.menu()).toMatchObject({ invitations: 0, waiting: 0 });
  await owner`update invitations set expires_at = now() - interval '1 second' where email = ${grace.person.email}`;
  expect(await grace.api.account.menu()).toMatchObject({ invitations: 0, waiting: 0 });
});

test("a key of one's own is in it from 7 days before its end until it is rotated, and no other's", async () => {
  const dev = await memberOf(acme, "developer");
  const key = async (ends: string, values = {}) => {
    const id = await insertKey(owner, acme.id, dev.person.id, values);
    await endIn(id, ends);
    return id;
  };
  await key("8 days");
  await key("-1 minute");
  await key("3 days", { isService: true });
  await key("3 days", { isRevoked: true });
  expect(await inboxOf(dev)).toEqual([]);
  const soon = await key("6 days 23 hours");
  expect(await inboxOf(dev)).toEqual([`${acme.name} key`]);
  expect(await inboxOf(ada)).toEqual([]);
  await owner`update api_keys set replaced_by = '000000000000' where id = ${soon}`;
  expect(await inboxOf(dev)).toEqual([]);
});

test("a limit that is nearly spent waits for those who manage it, one's own for oneself", async () => {
  const grace = await memberOf(acme, "developer");
  const at = { workspace: acme.slug };
  await ada.api.billing.setLimit({ ...at, limit: "10" });
  await spend(owner, acme.id, { cost: 9 * euro, memberId: grace.person.id });
  expect(await inboxOf(ada)).toEqual([`${acme.name} spend`]);
  expect(await inboxOf(grace)).toEqual([]);
  await ada.api.billing.setMemberLimit({ ...at, userId: grace.person.id, limit: "10" });
  expect((await grace.api.account.inbox()).groups).toMatchObject([
    { items: [{ kind: "spend", whose: "own", span: "month", spent: 9 * euro, limit: 10 * euro }] },
  ]);
  await inboxOf(grace);
  await owner`insert into limit_raises (workspace_id, whose, span, amount, ends_at)
    values (${acme.id}, 'workspace', 'month', ${100 * euro}, now() + interval '1 day')`;
  expect(await inboxOf(ada)).toEqual([]);
});

test("a model server of the workspace's own that is out waits for its Admins, and no other's", async () => {
  await allowOwnProviders(owner);
  await insertOwnProvider(owner, acme.id, { name: "ours" });
  await loadProviders();
  const server = modelServers().find(({ source }) => source.kind === "workspace" && source.workspaceId === acme.id);
  if (!server) throw new Error("there is no server of the workspace's own");
  let now = 1_000_000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  noteOutage(server);
  now += 11_000;
  noteOutage(server);
  expect((await ada.api.account.inbox()).groups).toMatchObject([{ items: [{ kind: "server", name: "ours" }] }]);
  expect(await inboxOf(ada)).toHaveLength(1);
  expect(await inboxOf(await memberOf(acme, "developer"))).toEqual([]);
  expect(await inboxOf((await workspace()).admin)).toEqual([]);
  noteAnswer(server);
  expect(await inboxOf(ada)).toEqual([]);
});

test("an operator's inbox has what is put to the operators and their model servers that are out, no other inbox has", async () => {
  const [olga, grace] = [await newPerson(), await memberOf(acme, "developer")];
  await owner`insert into operators (user_id, source) values (${olga.person.id}, 'environment')`;
  const gone = await workspace();
  for (const { id } of [acme, gone])
    await owner`
      insert into limit_requests (workspace_id, user_id, kind, whose, measure, amount, audience)
      values (${id}, ${grace.person.id}, 'spend', 'ceiling', 'month', 5, 'operators')`;
  await owner`update workspaces set deleted_at = now() where id = ${gone.id}`;
  expect((await olga.api.account.inbox()).operator).toMatchObject({
    requests: [{ workspaceName: acme.name, name: grace.person.name }],
    outages: [],
  });
  expect((await olga.api.account.menu()).waiting).toBe(1);
  for (const who of [ada, grace]) {
    expect((await who.api.account.inbox()).operator).toEqual({ requests: [], outages: [] });
    expect((await who.api.account.menu()).waiting).toBe(0);
  }
  const server = instanceServers()[0];
  if (!server) throw new Error("the instance has no model server");
  let now = 5_000_000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  noteOutage(server);
  now += 11_000;
  noteOutage(server);
  await owner`delete from mail_outbox`;
  await Promise.all([mailOutages(), mailOutages()]);
  await mailOutages();
  const { name } = server.settings;
  expect((await queuedMails("provider-out")).map(({ to, props }) => [to, props.server])).toEqual([
    [olga.person.email, name],
  ]);
  expect((await olga.api.account.inbox()).operator.outages).toEqual([name]);
  expect((await olga.api.account.menu()).waiting).toBe(2);
  expect((await ada.api.account.menu()).waiting).toBe(0);
  // After ten minutes without failures it is a new outage. People who do not want these mails get none.
  await owner`update provider_outages set last_at = now() - interval '11 minutes'`;
  await mailOutages();
  expect(await queuedMails("provider-out")).toHaveLength(2);
  await olga.api.account.chooseMails({ topics: [] });
  await owner`update provider_outages set last_at = now() - interval '11 minutes'`;
  await mailOutages();
  expect(await queuedMails("provider-out")).toHaveLength(2);
  noteAnswer(server);
  expect((await olga.api.account.inbox()).operator.outages).toEqual([]);
});

test("P12 counting and listing read the same few rows of a crowd of requests and of few", async () => {
  await owner.begin(async (sql) => {
    await sql`create temporary table crowd on commit drop as
      select gen_random_uuid() as id, i from generate_series(1, 3000) i`;
    await sql`insert into users (id, name, email) select id, 'Asker ' || i, id || '@crowd.example' from crowd`;
    await sql`insert into join_requests (workspace_id, user_id, created_at)
      select ${acme.id}, id, now() - i * interval '1 minute' from crowd`;
  });
  await owner`analyze join_requests`;
  const read = await transaction("read", { userId: ada.person.id }, async (db) => {
    const rows = async () => {
      const [row] = await db.execute<{ n: number }>(
        "select (seq_tup_read + idx_tup_fetch)::int as n from pg_stat_xact_user_tables where relname = 'join_requests'",
      );
      return row?.n ?? 0;
    };
    const before = await rows();
    expect(await inbox.count(db, ada.person.id, [])).toBe(100);
    const counted = await rows();
    expect((await inbox.list(db, ada.person.id, [])).joins).toHaveLength(50);
    return [counted - before, (await rows()) - counted];
  });
  expect(Math.max(...read)).toBeLessThan(250);
  expect((await ada.api.account.inbox()).isCut).toBe(true);
});

test("TI-09 the rows of several workspaces are seen only where those are named, and only theirs", async () => {
  const globex = await workspace();
  await asksToJoin(acme);
  await asksToJoin(globex);
  for (const where of [acme, globex]) {
    const dev = await memberOf(where, "developer");
    await dev.api.roleRequests.ask({ workspace: where.slug, role: "billing" });
    await insertKey(owner, where.id, dev.person.id);
    await owner`insert into limit_requests (workspace_id, user_id, kind, whose, measure) values (${where.id}, ${dev.person.id}, 'model', 'x', 'y')`;
    await owner`insert into access_reviews (workspace_id, due_at) values (${where.id}, now() + interval '14 days')`;
    await owner`insert into limit_raises (workspace_id, whose, span, amount, ends_at) values (${where.id}, 'workspace', 'day', 1, now() + interval '1 day')`;
  }
  const outsider = await newPerson();
  const seen = (named: string) =>
    transaction("read", { userId: outsider.person.id }, async (db) => {
      await db.execute(`select set_config('app.workspace_ids', '${named}', true)`);
      const tables = [
        "join_requests",
        "role_requests",
        "limit_requests",
        "limit_raises",
        "memberships",
        "api_keys",
        "access_reviews",
      ];
      const found = new Map<string, string[]>();
      for (const table of tables) {
        const rows = await db.execute<{ id: string }>(`select distinct workspace_id as id from ${table}`);
        found.set(
          table,
          [...rows].map(({ id }) => id),
        );
      }
      return Object.fromEntries(found);
    });
  const each = (ids: string[]) =>
    Object.fromEntries(
      [
        "join_requests",
        "role_requests",
        "limit_requests",
        "limit_raises",
        "memberships",
        "api_keys",
        "access_reviews",
      ].map((table) => [table, ids]),
    );
  expect(await seen("")).toEqual(each([]));
  expect(await seen(acme.id)).toEqual(each([acme.id]));
});
