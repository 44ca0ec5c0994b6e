import { beforeEach, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { insertKey } from "@/tests/support/factories/keys";
import { forgetDays, type Used, use } from "@/tests/support/factories/usage";
import { type TestWorkspace, workspace } from "@/tests/support/people";
import { granularities, groupings } from "../input";
import * as reports from "../reports/queries";
import { rollUpWanted } from "./job";
import { rollUp } from "./queries";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const today = Math.floor(Date.now() / dayMs) * dayMs;

let acme: TestWorkspace;
let keyId: string;

beforeEach(async () => {
  acme = await workspace();
  keyId = await insertKey(owner, acme.id, acme.admin.person.id);
});

/** Requests of the last 40 days, some hours of some of them, by a key or none, a member or none, of two models. */
async function traffic(): Promise<void> {
  const requests = Array.from({ length: 120 }, (_, i): Used => {
    const day = (i * 7) % 40;
    return {
      // Nothing for a week in between.
      at: new Date(today - (day > 20 && day < 28 ? 0 : day) * dayMs + ((i * 5) % 24) * hourMs),
      keyId: i % 3 ? keyId : null,
      memberId: i % 4 ? acme.admin.person.id : null,
      ...{ model: i % 5 ? "m" : "other", status: i % 11 ? 200 : 502, cost: i + 1, totalMs: i * 40, promptTokens: i },
      operation: i % 6 ? "chat" : "batch-embeddings",
    };
  });
  await use(owner, acme.id, requests);
}

const rolledUp = (days = 7) => transaction("write", { workspaceId: acme.id }, (db) => rollUp(db, acme.id, days));
const days = () =>
  owner`select * from usage_daily where workspace_id = ${acme.id} order by day, model, key_id, member_id`;

async function everyReport(): Promise<unknown[]> {
  const filters = [
    {},
    { model: "m", operation: "chat" },
    { keyId, userId: acme.admin.person.id },
    { userId: "service" },
  ] as const;
  const ranges = ["24h", "7d", "last-month"] as const;
  const from = new Date(today - 39 * dayMs).toISOString().slice(0, 10);
  const all: unknown[] = [];
  for (const groupBy of groupings)
    for (const filter of filters) {
      for (const range of ranges)
        all.push(await acme.admin.api.usage.report({ workspace: acme.slug, range, groupBy, ...filter }));
      for (const granularity of granularities)
        all.push(
          await acme.admin.api.usage.report({
            ...{ workspace: acme.slug, range: "custom", from, to: new Date(today).toISOString().slice(0, 10) },
            ...{ groupBy, granularity, ...filter },
          }),
        );
    }
  return all;
}

test("every report says the same of days as of their hours", async () => {
  await traffic();
  const before = await everyReport();
  while (await rolledUp());
  expect(await days()).not.toEqual([]);
  expect(await everyReport()).toEqual(before);
  // They are of days now.
  await owner`update usage_daily set cost = cost + 1000000 where workspace_id = ${acme.id}`;
  expect(await everyReport()).not.toEqual(before);
});

test("a span may begin and end within a day", async () => {
  await traffic();
  const spans = Array.from({ length: 30 }, (_, i) => {
    const from = today - (i + 3) * dayMs + ((i * 5) % 24) * hourMs;
    return { from: new Date(from), to: new Date(from + (1 + ((i * 17) % 90)) * hourMs) };
  });
  const sums = () =>
    transaction("read", { workspaceId: acme.id }, async (db) => {
      const found = [];
      for (const span of spans) found.push(await reports.totals(db, acme.id, { span, filters: {} }));
      return found;
    });
  const before = await sums();
  expect(new Set(before.map((total) => total?.cost)).size).toBeGreaterThan(20);
  while (await rolledUp(1));
  expect(await sums()).toEqual(before);
});

test("days are rolled up whole, in their order, and not before they are over; what comes after is read by the hour", async () => {
  await traffic();
  await rolledUp(3);
  const first = await days();
  const lengths = new Set(first.map(({ day }) => day.getTime() % dayMs));
  expect(lengths).toEqual(new Set([0]));
  expect(first.at(-1)?.day.getTime()).toBeLessThan(first[0]?.day.getTime() + 3 * dayMs);
  const total = async () => (await acme.admin.api.usage.report({ workspace: acme.slug, range: "30d" })).totals;
  const inPart = await total();
  while (await rolledUp());
  expect(await total()).toEqual(inPart);
  const [late] = await owner`
    select count(*)::int as n from usage_daily where workspace_id = ${acme.id} and day >= date_trunc('day', now() - interval '1 hour', 'UTC')`;
  expect(late?.n).toBe(0);
  await forgetDays(owner, acme.id);
  while (await rolledUp());
  const [sums] = await owner`select
    (select sum(cost)::int from usage_daily where workspace_id = ${acme.id}) as daily,
    (select sum(cost)::int from usage_hourly where workspace_id = ${acme.id}
      and hour < date_trunc('day', now() - interval '1 hour', 'UTC')) as hourly`;
  expect(sums?.daily).toBe(sums?.hourly);
});

test("several at once roll up every day once", async () => {
  await traffic();
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      while (await rolledUp(5));
    }),
  );
  const [row] = await owner`select rebuild_usage(${acme.id}, false) as n`;
  const [wrong] = await owner`
    select count(*)::int as n from (select * from days_of_usage(${acme.id}, '-infinity', days_rolled_up(${acme.id}))
      except select * from usage_daily where workspace_id = ${acme.id}) d`;
  expect(wrong?.n).toBe(0);
  // Only the counters, which these tests do not write.
  expect(row?.n).toBeGreaterThan(0);
});

test("a rebuild finds days that are wrong, and has them rolled up anew", async () => {
  await traffic();
  await owner`select rebuild_usage(${acme.id}, true)`;
  while (await rolledUp());
  const rebuilt = async (repair: boolean) => (await owner`select rebuild_usage(${acme.id}, ${repair}) as n`)[0]?.n;
  expect(await rebuilt(false)).toBe(0);
  const right = await days();
  await owner`update usage_daily set requests = requests + 1 where workspace_id = ${acme.id} and model = 'other'`;
  expect(await rebuilt(false)).toBeGreaterThan(0);
  expect(await rebuilt(true)).toBeGreaterThan(0);
  expect(await rebuilt(false)).toBe(0);
  while (await rolledUp());
  expect(await days()).toEqual(right);
});

test("a report has the days of its workspace rolled up, and of no other", async () => {
  const other = await workspace();
  const at = new Date(today - 3 * dayMs);
  await use(owner, acme.id, [{ at, cost: 1 }]);
  await use(owner, other.id, [{ at, cost: 2 }]);
  await rollUpWanted();
  expect(await days()).toEqual([]);
  await acme.admin.api.usage.report({ workspace: acme.slug, range: "30d" });
  await rollUpWanted();
  expect(await days()).toMatchObject([{ day: at, requests: 1, cost: "1" }]);
  expect(await owner`select from usage_daily where workspace_id = ${other.id}`).toEqual([]);
});

test("hours from before it was told apart what requests were for are right as they are, and a rebuild tells it", async () => {
  const yesterday = new Date(today - dayMs + hourMs);
  await use(owner, acme.id, [
    { at: yesterday, operation: "chat", cost: 5, totalMs: 10 },
    { at: yesterday, operation: "embeddings", cost: 3, totalMs: 9_000 },
    { at: new Date(yesterday.getTime() + hourMs), operation: "chat", cost: 1 },
  ]);
  // As the release before wrote them: one row for both. The hour of the upgrade has such a row and another.
  await owner`delete from usage_hourly where workspace_id = ${acme.id} and operation = 'embeddings'`;
  await owner`update usage_hourly set operation = null, requests = 2, cost = 8, prompt_tokens = 20, completion_tokens = 40,
      latency = latency_histogram('{10,9000}')
    where workspace_id = ${acme.id} and hour = date_trunc('hour', ${yesterday}::timestamptz, 'UTC')`;
  await use(owner, acme.id, [{ at: yesterday, operation: "chat", cost: 2 }]);
  const rebuilt = async (repair: boolean) => (await owner`select rebuild_usage(${acme.id}, ${repair}) as n`)[0]?.n;
  const byOperation = async (filter = {}) => {
    const input = { workspace: acme.slug, range: "7d", groupBy: "operation", ...filter } as const;
    const { groups } = await acme.admin.api.usage.report(input);
    return groups.map(({ id, name, requests, cost }) => [id, name, requests, cost]);
  };
  // The counters, which the factory does not write, are all that is wrong.
  await owner`insert into spend_counters (workspace_id, span, period, subject, spent, reserved) select * from derived_counters(${acme.id})`;
  expect(await byOperation()).toEqual([
    ["", "Not recorded", 2, 8],
    ["chat", "chat", 2, 3],
  ]);
  expect(await rebuilt(false)).toBe(0);
  await owner`update usage_hourly set cost = cost + 1 where workspace_id = ${acme.id} and operation is null`;
  expect(await rebuilt(false)).toBeGreaterThan(0);
  await owner`update usage_hourly set cost = cost - 1 where workspace_id = ${acme.id} and operation is null`;
  expect(await rebuilt(true)).toBe(0);
  expect(await byOperation()).toEqual([
    ["chat", "chat", 3, 8],
    ["embeddings", "embeddings", 1, 3],
  ]);
  expect(await byOperation({ operation: "embeddings" })).toEqual([["embeddings", "embeddings", 1, 3]]);
  expect(await rebuilt(false)).toBe(0);
});
