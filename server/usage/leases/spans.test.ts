import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { asking, startMeters, stopMeters, type TestMeter } from "@/tests/support/gateway/meters";
import { workspace } from "@/tests/support/people";

let id: string;
let keyId: string;
let memberId: string;

beforeEach(async () => {
  const made = await workspace();
  id = made.id;
  memberId = made.admin.person.id;
  keyId = (await made.admin.api.keys.create({ workspace: made.slug, name: "A key" })).id;
});

afterEach(stopMeters);

const setLimit = (limit: number) => owner`update workspaces set monthly_limit = ${limit} where id = ${id}`;

/** Sets a limit where it is kept: that of a month of the workspace, a member and a key is in their own rows. */
async function limitBy(span: string, whose: string, amount: number): Promise<void> {
  if (span === "month" && whose === "workspace") await setLimit(amount);
  else if (span === "month" && whose === `key:${keyId}`)
    await owner`update api_keys set monthly_limit = ${amount} where id = ${keyId}`;
  else if (span === "month" && whose === `member:${memberId}`)
    await owner`update memberships set monthly_limit = ${amount} where workspace_id = ${id} and user_id = ${memberId}`;
  else
    await owner`insert into budgets (workspace_id, whose, span, subject, amount) values (${id}, ${whose}, ${span}, ${whose}, ${amount})`;
}

describe.each(["day", "week", "month", "total"] as const)("a budget by %s", (span) => {
  test.each([
    ["workspace", () => "workspace"],
    ["ceiling", () => "ceiling"],
    ["member", () => `member:${memberId}`],
    ["key", () => `key:${keyId}`],
    ["model", () => "model:m"],
    ["tag", () => "tag:a"],
  ])("of a %s counts what was spent before, holds, and is proved by the ledger", async (scope, whoseOf) => {
    const [one] = (await startMeters(owner, 1)) as [TestMeter];
    const by = { keyId, memberId, tags: ["a", "b"] };
    const before = asking(id, by);
    await one.reserve(before);
    one.settle(before.id);
    await one.meter.settled();
    await limitBy(span, whoseOf(), 130);
    await expect
      .poll(async () => (await one.reserve(asking(id, { ...by, promptTokens: 2_000 }))).isGranted)
      .toBe(false);
    const granted = asking(id, by);
    expect(await one.reserve(granted)).toMatchObject({ isGranted: true });
    one.settle(granted.id);
    await one.meter.settled();
    const [row] = await owner`select spent::int from spend_counters
      where workspace_id = ${id} and subject = ${whoseOf()} and span = ${span} order by period desc`;
    expect(row).toEqual({ spent: 120 });
    expect(await one.reserve(asking(id, by))).toMatchObject({
      ...{ reason: "spend", scope, whose: whoseOf(), span },
      ...{ limit: 130, used: 120, isUnderWay: false },
    });
    // What is another's, or nothing's in particular, is not refused for it.
    const others = {
      ...{ workspace: [], ceiling: [], member: [{ ...by, memberId: null }], key: [{ ...by, keyId: null }] },
      ...{
        model: [{ ...by, model: "n" }],
        tag: [
          { ...by, tags: undefined },
          { ...by, tags: ["b"] },
        ],
      },
    }[scope];
    for (const other of others ?? []) expect(await one.reserve(asking(id, other))).toMatchObject({ isGranted: true });
    expect(await owner`select rebuild_usage(${id}, false) as n`).toEqual([{ n: 0 }]);
  });
});

test.each([-40, -1, 1, 40])("an instance whose clock is off by %d days takes the database's", async (days) => {
  const real = Date.now;
  Date.now = () => real() + days * 86_400_000;
  try {
    const [one] = (await startMeters(owner, 1)) as [TestMeter];
    await setLimit(100);
    expect(await one.reserve(asking(id))).toMatchObject({ isGranted: true });
    expect(Math.abs(one.meter.now - real())).toBeLessThan(5_000);
    const [row] = await owner`select period::text from usage_leases where workspace_id = ${id}`;
    expect(row?.period).toBe(`${new Date(real()).toISOString().slice(0, 7)}-01`);
  } finally {
    Date.now = real;
  }
});
