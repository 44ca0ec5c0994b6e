import { drizzle } from "drizzle-orm/postgres-js";
import { beforeAll, expect, test } from "vitest";
import type { Db } from "@/db/client";
import { owner } from "@/tests/support/database";
import { insertKey } from "@/tests/support/factories/keys";
import { type TestWorkspace, workspace } from "@/tests/support/people";
import type { Filters } from "./input";
import * as reports from "./reports/queries";
import * as requests from "./requests/queries";

let busy: TestWorkspace;
let keyId: string;
const dayMs = 86_400_000;
const span = { from: new Date(Date.now() - 3 * dayMs), to: new Date(Date.now() + dayMs) };

/** Many workspaces, and one that is as large as all others together. */
beforeAll(async () => {
  busy = await workspace();
  keyId = await insertKey(owner, busy.id, busy.admin.person.id);
  await owner.begin(async (tx) => {
    // References are not followed and workspaces not made: only the planner looks at these rows.
    await tx`set local session_replication_role = replica`;
    await tx`create temporary table placed on commit drop as
      select case when i % 2 = 0 then ${busy.id}::uuid else md5((i % 200)::text)::uuid end as workspace_id,
        now() - i * interval '2 minutes' as at, 'model ' || i % 5 as model,
        case when i % 1000 = 0 then ${keyId} else lpad((i % 40)::text, 12, '0') end as key_id,
        md5((i % 20)::text)::uuid as member_id
      from generate_series(1, 40000) i`;
    await tx`insert into usage_hourly select distinct workspace_id, date_trunc('hour', at, 'UTC'), model, key_id, member_id,
      1, 0, 1, 1, 1, array_fill(1, array[32]) from placed`;
    // All but the last days, as it is before the latest are rolled up.
    await tx`insert into usage_daily select days.* from (select distinct workspace_id from placed) w,
      days_of_usage(w.workspace_id, '-infinity', date_trunc('day', now() - interval '2 days', 'UTC')) days`;
    await tx`insert into usage_ledger select workspace_id, at, gen_random_uuid(), key_id, member_id, model, model, 'chat',
      false, 200, null, 1, 1, 1, 1, 1, 'reported', 1, 1 from placed`;
  });
  await owner`analyze usage_hourly`;
  await owner`analyze usage_daily`;
  await owner`analyze usage_ledger`;
});

/** Returns the plans of the statements that a query sends. */
async function plansOf(ask: (db: Db) => Promise<unknown>): Promise<string> {
  const sent: { query: string; params: unknown[] }[] = [];
  const logger = { logQuery: (query: string, params: unknown[]) => void sent.push({ query, params }) };
  await ask(drizzle({ client: owner, casing: "snake_case", logger }) as Db);
  const plans = await Promise.all(
    sent.map(({ query, params }) => owner.unsafe(`explain ${query}`, params as string[], { prepare: true })),
  );
  return plans
    .flat()
    .map((line) => line["QUERY PLAN"])
    .join("\n");
}

const filters: [string, () => Filters][] = [
  ["everything", () => ({})],
  ["a model", () => ({ model: "model 1" })],
  ["a key", () => ({ keyId })],
  ["a member", () => ({ userId: busy.admin.person.id })],
];

test.each(filters)("P12 what is read of %s is found by an index, in the hours and in the ledger", async (_, filter) => {
  const selection = { span, filters: filter() };
  const plans = await plansOf(async (db) => {
    await reports.groups(db, busy.id, selection, "key", 100);
    await reports.totals(db, busy.id, selection);
    await reports.series(db, busy.id, selection, "hour", "model", ["model 1"]);
    await reports.rows(db, busy.id, selection, "day", "member", 100);
    await reports.used(db, busy.id, span, 10);
    await reports.isKnown(db, busy.id, busy.admin.person.id);
    await requests.list(db, busy.id, selection, {});
    await requests.latest(db, busy.id);
  });
  for (const table of ["usage_daily", "usage_hourly", "usage_ledger"]) expect(plans).toContain(table);
  expect(costOfReadingWhole(plans)).toBeLessThan(100);
});

/**
 * Returns what the dearest table that is read whole costs. A month that has just begun, or not yet, has a part of the ledger of its own, and no index is
 * worth it there: 100 is the cost of about two thousand rows.
 */
const costOfReadingWhole = (plans: string) =>
  Math.max(
    0,
    ...Array.from(plans.matchAll(/Seq Scan on usage_.*\(cost=[\d.]+\.\.([\d.]+)/g), ([, cost]) => Number(cost)),
  );

test("P12 the requests of one rare key are looked for only in the hours that have one", async () => {
  const plans = await plansOf((db) => requests.list(db, busy.id, { span, filters: { keyId } }, {}));
  expect(plans).toContain("usage_hourly_of_key");
  // Hour by hour from the newest on, so that it can stop as soon as the page is full.
  expect(plans).toContain("Nested Loop");
});
