import { describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { spend } from "@/tests/support/factories/spending";
import { insertMembers } from "@/tests/support/factories/workspaces";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

const euro = 1_000_000;
const dayMs = 86_400_000;
const at = ({ slug }: TestWorkspace) => ({ workspace: slug });
const thisMonth = new Date().toISOString().slice(0, 7);

const events = ({ id }: TestWorkspace) =>
  owner`select action, before, after from audit_events where workspace_id = ${id} and action like '%limit%' order by at`;

describe("the workspace's limit", () => {
  test("is set, changed and removed, each with what it was and what it became", async () => {
    const acme = await workspace();
    const { billing } = acme.admin.api;
    await billing.setLimit({ ...at(acme), limit: "20.50" });
    await billing.setLimit({ ...at(acme), limit: "20.5" });
    await billing.setLimit({ ...at(acme), limit: "0" });
    expect((await billing.get(at(acme))).limit).toBe(0);
    await billing.removeLimit(at(acme));
    expect((await billing.get(at(acme))).limit).toBeNull();
    await billing.removeLimit(at(acme));
    expect(await events(acme)).toEqual([
      { action: "spend.limit_set", before: { monthlyLimit: null }, after: { monthlyLimit: 20.5 * euro } },
      { action: "spend.limit_set", before: { monthlyLimit: 20.5 * euro }, after: { monthlyLimit: 0 } },
      { action: "spend.limit_removed", before: { monthlyLimit: 0 }, after: { monthlyLimit: null } },
    ]);
  });

  test("set by several at once leaves an audit row for each, which tell one story", async () => {
    const acme = await workspace();
    const treasurer = await memberOf(acme, "billing");
    const amounts = Array.from({ length: 12 }, (_, i) => String(i + 1));
    await Promise.all(
      amounts.map((limit, i) => (i % 2 ? treasurer : acme.admin).api.billing.setLimit({ ...at(acme), limit })),
    );
    const rows = await owner<{ before: number | null; after: number }[]>`
      select (before->>'monthlyLimit')::float8 as before, (after->>'monthlyLimit')::float8 as after
      from audit_events where workspace_id = ${acme.id} and action = 'spend.limit_set'`;
    expect(rows).toHaveLength(12);
    const after = new Map(rows.map((row) => [row.before, row.after]));
    let limit: number | undefined | null = null;
    for (let i = 0; i < 12; i++) limit = after.get(limit ?? null);
    expect((await acme.admin.api.billing.get(at(acme))).limit).toBe(limit);
  });

  test("may be less than is spent already", async () => {
    const acme = await workspace();
    await spend(owner, acme.id, { cost: 3 * euro });
    expect(await acme.admin.api.billing.setLimit({ ...at(acme), limit: "1" })).toEqual({
      spent: 3 * euro,
      limit: euro,
    });
  });

  test("is not a person's who lost the role while they waited", async () => {
    const acme = await workspace();
    const treasurer = await memberOf(acme, "billing");
    const blocked = await owner.reserve();
    await blocked`begin`;
    await blocked`select from workspaces where id = ${acme.id} for no key update`;
    const attempt = reasonOf(treasurer.api.billing.setLimit({ ...at(acme), limit: "1" }));
    await expect
      .poll(
        async () =>
          (await owner`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)
            .length,
      )
      .toBe(1);
    await blocked`update memberships set role = 'viewer' where workspace_id = ${acme.id} and user_id = ${treasurer.person.id}`;
    await blocked`commit`;
    blocked.release();
    expect(await attempt).toBe("not_permitted");
    expect(await events(acme)).toEqual([]);
  });
});

test("a member's limit is set and removed; a person who is no member has none", async () => {
  const acme = await workspace();
  const grace = await memberOf(acme, "developer");
  const { billing } = acme.admin.api;
  await spend(owner, acme.id, { cost: 2 * euro, memberId: grace.person.id });
  await billing.setMemberLimit({ ...at(acme), userId: grace.person.id, limit: "5" });
  expect((await billing.members({ ...at(acme), search: grace.person.name })).rows).toEqual([
    expect.objectContaining({ userId: grace.person.id, spent: 2 * euro, reserved: 0, limit: 5 * euro }),
  ]);
  await billing.removeMemberLimit({ ...at(acme), userId: grace.person.id });
  expect((await billing.members(at(acme))).rows.map(({ limit }) => limit)).toEqual([null, null]);
  expect((await events(acme)).map(({ action }) => action)).toEqual(["member.limit_set", "member.limit_removed"]);
  const stranger = await workspace();
  expect(await reasonOf(billing.setMemberLimit({ ...at(acme), userId: stranger.admin.person.id, limit: "5" }))).toBe(
    "not_found",
  );
});

test("the members' list is paged by keyset, there and back", async () => {
  const acme = await workspace();
  await insertMembers(owner, acme.id, 60);
  const { billing } = acme.admin.api;
  const spenders = await owner<{ user_id: string }[]>`
    insert into spend_counters (workspace_id, period, subject, spent)
    select workspace_id, date_trunc('month', now() at time zone 'UTC'), 'member:' || user_id, 1000 * (row_number() over (order by user_id) % 3)
    from memberships where workspace_id = ${acme.id} returning substr(subject, 8) as user_id`;
  const first = await billing.members(at(acme));
  const second = await billing.members({ ...at(acme), after: first.next ?? "" });
  expect([first.rows.length, second.rows.length, first.total]).toEqual([50, 11, spenders.length]);
  // Highest spend first, members without spend last.
  const spent = [...first.rows, ...second.rows].map((row) => row.spent);
  expect(spent).toEqual(spent.toSorted((one, other) => other - one));
  expect([spent[0], spent.at(-1)]).toEqual([2000, 0]);
  expect(new Set([...first.rows, ...second.rows].map(({ userId }) => userId)).size).toBe(61);
  const back = await billing.members({ ...at(acme), before: second.previous ?? "" });
  expect(back.rows).toEqual(first.rows);
});

test.each(["", "0", "201", "50.5", "-5", "a", "1,2,3,4,5,6,7,8,9,10,11", "50,,banana", "__proto__", "９０"])(
  "%j are no thresholds",
  async (thresholds) => {
    const acme = await workspace();
    expect(await reasonOf(acme.admin.api.billing.setThresholds({ ...at(acme), thresholds }))).toBe("invalid_input");
  },
);

test("thresholds are a set in order, however they are typed", async () => {
  const acme = await workspace();
  const { billing } = acme.admin.api;
  await billing.setThresholds({ ...at(acme), thresholds: " 110 %;90%, 90\n50 090" });
  expect((await billing.get(at(acme))).thresholds).toEqual([50, 90, 110]);
});

test("a month is told by day and model, with what is reserved, and the months before", async () => {
  const acme = await workspace();
  const first = new Date(`${thisMonth}-01T00:00:00Z`);
  await spend(owner, acme.id, { cost: 2 * euro, at: first, model: "atelier-base", requests: 3 });
  await spend(owner, acme.id, { cost: 1 * euro, at: new Date(first.getTime() + 3_600_000), model: "other" });
  await spend(owner, acme.id, { cost: 0, at: first, model: "free" });
  await spend(owner, acme.id, { cost: 9 * euro, at: new Date(first.getTime() - 1), model: "atelier-base" });
  await owner`update spend_counters set reserved = 7 where workspace_id = ${acme.id} and period = ${first} and subject = 'workspace'`;
  const month = await acme.admin.api.billing.get(at(acme));
  expect(month).toMatchObject({
    month: thisMonth,
    spent: 3 * euro,
    reserved: 7,
    limit: null,
    thresholds: [50, 80, 100],
  });
  expect(month.days).toEqual([
    { day: `${thisMonth}-01`, model: "atelier-base", cost: 2 * euro },
    { day: `${thisMonth}-01`, model: "other", cost: euro },
    { day: `${thisMonth}-01`, model: null, cost: 0 },
  ]);
  expect(month.models).toEqual([
    { model: "atelier-base", requests: 3, cost: 2 * euro, hasPrice: true, unpriced: [] },
    { model: "other", requests: 1, cost: euro, hasPrice: false, unpriced: [] },
    { model: "free", requests: 1, cost: 0, hasPrice: false, unpriced: [] },
  ]);
  expect(month.months).toEqual([{ month: new Date(first.getTime() - 1).toISOString().slice(0, 7), spent: 9 * euro }]);
});

test("a limit is tried on the last 30 days without changing anything, and what is no amount is told", async () => {
  const acme = await workspace();
  const viewer = await memberOf(acme, "viewer");
  const when = new Date(Date.now() - dayMs);
  await spend(owner, acme.id, { cost: 4 * euro, at: when, requests: 4 });
  const { billing } = viewer.api;
  expect(await billing.tryLimit({ ...at(acme), limit: "1" })).toMatchObject({
    limit: euro,
    outcome: { requests: 4, refused: 3, cost: 4 * euro, costThen: euro, refusals: [{ from: expect.any(Date) }] },
  });
  expect(await billing.tryLimit({ ...at(acme), limit: "4" })).toMatchObject({ outcome: { refused: 0 } });
  expect(await billing.tryLimit({ ...at(acme), limit: "lots" })).toEqual({ error: expect.any(String) });
  expect((await billing.get(at(acme))).limit).toBeNull();
  // A member's limit is tried on the usage of their own keys.
  await spend(owner, acme.id, { cost: 2 * euro, at: when, requests: 2, memberId: viewer.person.id });
  const outsider = billing.tryLimit({ ...at(acme), limit: "lots", userId: (await workspace()).admin.person.id });
  expect(await reasonOf(outsider)).toBe("not_found");
  const ofMember = (userId: string) => billing.tryLimit({ ...at(acme), limit: "1", userId });
  expect(await ofMember(viewer.person.id)).toMatchObject({ outcome: { requests: 2, refused: 1, cost: 2 * euro } });
  expect(await ofMember(acme.admin.person.id)).toMatchObject({ outcome: { requests: 0, refused: 0 } });
});

test("a statement has the month's ledger by model, key and member, at the prices of that time", async () => {
  const acme = await workspace();
  const { api, person } = acme.admin;
  const key = await api.keys.create({ ...at(acme), name: "Backend", expiration: "30" });
  await spend(owner, acme.id, {
    cost: 2 * euro,
    at: new Date("2026-03-31T23:59:59.999Z"),
    requests: 2,
    errors: 1,
    keyId: key.id,
    memberId: person.id,
  });
  await spend(owner, acme.id, { cost: 5 * euro, at: new Date("2026-03-01T00:00:00Z"), inputPrice: 7 });
  await spend(owner, acme.id, { cost: 100 * euro, at: new Date("2026-04-01T00:00:00Z") });
  const statement = await api.billing.statement({ ...at(acme), month: "2026-03" });
  expect(statement.total).toMatchObject({ cost: 7 * euro, requests: 3, errors: 1 });
  expect(statement.byKey.map(({ name, cost }) => [name, cost])).toEqual([
    ["Without a key", 5 * euro],
    ["Backend", 2 * euro],
  ]);
  expect(statement.byMember.map(({ name }) => name)).toEqual(["Service keys", person.name]);
  expect(statement.prices.map(({ inputPrice, cost }) => [inputPrice, cost])).toEqual([
    [7, 5 * euro],
    [200_000, 2 * euro],
  ]);
  expect((await api.billing.statementLines({ ...at(acme), month: "2026-03" })).lines).toHaveLength(2);
  expect((await api.billing.statement({ ...at(acme), month: "2025-01" })).total.requests).toBe(0);
});

test.each(["0000-01", "2026-13", "2026-1", "26-01", "2026-01-01", "2026-00"])("%j is no month", async (month) => {
  const acme = await workspace();
  expect(await reasonOf(acme.admin.api.billing.statement({ ...at(acme), month }))).toBe("invalid_input");
});
