import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { workspace } from "@/tests/support/people";
import { forgetDays } from "@/tests/support/usage";
import { countedClasses } from "./classes";
import { reserve, settle, settled } from "./metering";
import { rollUp } from "./roll-ups/queries";

process.env.PRICES = JSON.stringify([
  { model: "large", input: "2", output: "8", cacheRead: "0.2", reasoning: "10", request: "0.001" },
  { model: "small", input: "1", output: "1" },
]);

let acme: Awaited<ReturnType<typeof workspace>>;

beforeEach(async () => {
  acme = await workspace();
});

const use = async (model: string, classes: Record<string, number>, usageSource: "reported" | "none" = "reported") => {
  const id = randomUUID();
  await reserve({
    ...{ id, workspaceId: acme.id, keyId: null, memberId: acme.admin.person.id, model, upstreamModel: model },
    ...{ operation: "chat", isStreamed: false, promptTokens: 100, completionTokens: 100, seconds: 60 },
  });
  const usage = usageSource === "none" ? null : { promptTokens: 100, completionTokens: 50, classes };
  settle(acme.id, id, { status: 200, errorCode: null, usage, usageSource, firstByteMs: 1, totalMs: 5 });
  await settled();
  return id;
};

const every = Object.fromEntries(countedClasses.map((name, i) => [name, i + 1]));

test("the ledger keeps each class, the prices of those that have one, and a cost of both", async () => {
  const id = await use("large", { cacheRead: 90, reasoning: 40 });
  const [line] = await owner`select * from usage_ledger where id = ${id}`;
  expect(line).toMatchObject({
    ...{ prompt_tokens: 100, completion_tokens: 50, cache_read_tokens: 90, reasoning_tokens: 40, pages: 0 },
    class_prices: { cacheRead: 200_000, reasoning: 10_000_000, request: 1_000_000_000 },
    // 10 × 2 + 90 × 0.2 + 10 × 8 + 40 × 10, and the request's 1,000.
    cost: String(20 + 18 + 80 + 400 + 1_000),
  });
  const [counter] = await owner`
    select spent from spend_counters where workspace_id = ${acme.id} and subject = 'workspace' and span = 'month'`;
  expect(counter?.spent).toBe(line?.cost);
});

test("a request that produced nothing costs nothing, not even itself", async () => {
  const id = await use("large", {}, "none");
  expect(await owner`select cost, class_prices from usage_ledger where id = ${id}`).toEqual([
    { cost: "0", class_prices: null },
  ]);
});

test("roll-ups, reports and the rebuild have every class", async () => {
  await use("small", every);
  await use("small", every);
  const twice = Object.fromEntries(countedClasses.map((name, i) => [name, 2 * (i + 1)]));
  const report = await acme.admin.api.usage.report({ workspace: acme.slug, range: "24h", groupBy: "model" });
  expect(report.totals.classes).toEqual(twice);
  expect(report.groups[0]?.classes).toEqual(twice);
  const { rows } = await acme.admin.api.usage.export({ workspace: acme.slug, range: "24h", groupBy: "model" });
  expect(rows[0]?.classes).toEqual(twice);
  const { rows: requests } = await acme.admin.api.usage.recent({ workspace: acme.slug, range: "24h" });
  expect(requests[0]?.classes).toEqual(every);
  const rebuilt = async (repair: boolean) => (await owner`select rebuild_usage(${acme.id}, ${repair}) as n`)[0]?.n;
  expect(await rebuilt(false)).toBe(0);
  for (const column of ["cache_read_tokens", "audio_output_tokens", "characters"]) {
    await owner`update usage_hourly set ${owner(column)} = ${owner(column)} + 1 where workspace_id = ${acme.id}`;
    expect(await rebuilt(true)).toBeGreaterThan(0);
    expect(await rebuilt(false)).toBe(0);
  }
});

test("days have the classes of their hours", async () => {
  await use("small", every);
  await owner`update usage_hourly set hour = hour - interval '3 days' where workspace_id = ${acme.id}`;
  await forgetDays(owner, acme.id);
  await transaction("write", { workspaceId: acme.id }, (db) => rollUp(db, acme.id, 30));
  const [day] = await owner`select * from usage_daily where workspace_id = ${acme.id}`;
  expect(day).toMatchObject({ cache_read_tokens: "1", reasoning_tokens: "5", characters: "10" });
});

test("what has no price of its own is named, in Billing and in the statement", async () => {
  await use("large", { cacheRead: 90, audioInput: 5 });
  await use("small", { reasoning: 10 });
  const { models } = await acme.admin.api.billing.get({ workspace: acme.slug });
  expect(models.map(({ model, unpriced }) => [model, unpriced])).toEqual([
    ["large", ["audioInput"]],
    ["small", ["reasoning"]],
  ]);
  const statement = await acme.admin.api.billing.statement({ workspace: acme.slug });
  expect(statement.total.classes).toEqual({ cacheRead: 90, audioInput: 5, reasoning: 10 });
  expect(statement.prices.map(({ model, classes, classPrices }) => ({ model, classes, classPrices }))).toEqual([
    {
      model: "large",
      classes: { cacheRead: 90, audioInput: 5 },
      classPrices: { cacheRead: 200_000, request: 1_000_000_000 },
    },
    { model: "small", classes: { reasoning: 10 }, classPrices: {} },
  ]);
});
