import { beforeAll, beforeEach, expect, test } from "vitest";
import { env } from "@/server/platform/env";
import { loadPrices, watchPrices } from "@/server/usage/price-list/price-list";
import { hasPrice, listPrices, priceOf, trainingPriceOf } from "@/server/usage/prices";
import { owner } from "@/tests/support/database";
import { fieldsOf, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let ada: Signed;
const from = "2026-01-01";
const on = (day: string) => new Date(`${day}T12:00:00Z`);

beforeAll(async () => {
  ada = await operator();
});
beforeEach(async () => {
  env().pricesSetBy = null;
  await owner`delete from model_prices`;
  await loadPrices();
});

const set = (more: object) => ada.api.instance.setPrice({ model: "small", from, input: "0.20", ...more } as never);
const take = (list: string, more: object = {}) => ada.api.instance.importPrices({ list, from, ...more } as never);

test("PP-01 a price holds from its day on, is replaced for that day, and deleted; each a row of the log", async () => {
  await set({ output: "0.60", training: "2", cacheRead: "0.05", page: "0.001", batch: "0.5" });
  await set({ from: "2026-03-01", input: "0.15" });
  await loadPrices();
  expect(priceOf("small", on("2025-12-31"))).toEqual({ inputPrice: 0, outputPrice: 0 });
  expect(priceOf("small", on("2026-01-01"))).toEqual({
    ...{ inputPrice: 200_000, outputPrice: 600_000, batchFactor: 500_000 },
    classPrices: { cacheRead: 50_000, page: 1_000_000_000 },
  });
  expect(await reasonOf(set({ batch: "1.5" }))).toBe("invalid_input");
  expect(trainingPriceOf("small", on("2026-04-01"))).toBe(2_000_000);
  expect(priceOf("small", on("2026-03-01")).inputPrice).toBe(150_000);
  await set({ from: "2026-03-01", input: "0.10" });
  await ada.api.instance.removePrice({ model: "small", from });
  await loadPrices();
  expect([priceOf("small", on("2026-03-01")).inputPrice, hasPrice("small", on("2026-01-01"))]).toEqual([
    100_000,
    false,
  ]);
  expect(await reasonOf(ada.api.instance.removePrice({ model: "small", from }))).toBe("not_found");
  const { rows } = await ada.api.instance.auditList({ search: "", action: "price.*" });
  expect(rows.slice(0, 2)).toMatchObject([
    { action: "price.removed" },
    { action: "price.set", before: { inputPrice: 150_000 }, after: { inputPrice: 100_000 } },
  ]);
});

test("PP-01 a model of the embedded server keeps its price until it has one here", async () => {
  const before = priceOf("atelier-mini");
  await set({});
  await loadPrices();
  expect(priceOf("atelier-mini")).toEqual(before);
  await set({ model: "atelier-mini", from: "2026-02-01", input: "9" });
  await loadPrices();
  expect(priceOf("atelier-mini", on("2026-06-01")).inputPrice).toBe(9_000_000);
  expect(hasPrice("atelier-mini", on("2026-01-15"))).toBe(false);
});

test("PP-01 the prices in force are the same array until one changes, and PRICES wins and says so", async () => {
  await set({});
  await loadPrices();
  expect(listPrices()).toBe(listPrices());
  env().pricesSetBy = "PRICES";
  expect(listPrices()).toBe(env().prices);
  expect(await ada.api.instance.prices({ search: "" })).toMatchObject({ setBy: "PRICES", rows: [{ model: "small" }] });
});

test("PP-01 the built-in prices are listed as long as they hold", async () => {
  const listed = async () =>
    (await ada.api.instance.prices({ search: "atelier" })).environment.map(({ model }) => model);
  await set({ model: "atelier-mini" });
  await loadPrices();
  expect(await listed()).toEqual(["atelier-base", "atelier-embed"].sort());
  expect(hasPrice("atelier-base", new Date())).toBe(true);
});

test("PP-01 a change is heard without being asked for", async () => {
  const { watchAnnouncements } = await import("@/server/platform/announcements/announcements");
  const jobs = [watchAnnouncements(), watchPrices()];
  await set({ model: "heard" });
  await expect.poll(() => hasPrice("heard", on("2026-06-01")), { timeout: 10_000 }).toBe(true);
  for (const job of jobs) await job.stop();
});

test.each([
  [{ input: "" }, "input"],
  [{ input: "1e3" }, "input"],
  [{ input: "-1" }, "input"],
  [{ model: "a b" }, "model"],
  [{ from: "2026-02-30" }, "from"],
  [{ second: "1000" }, "second"],
])("PP-01 %j is refused at its field", async (more, field) => {
  expect(Object.keys(await fieldsOf(set(more)))).toEqual([field]);
});

test("PP-03 a list is previewed: what is new, what changes, what stays; nothing is changed by that", async () => {
  await set({});
  const list = "model,input,output\nsmall,0.25,\nlarge,2,8\n";
  const preview = await ada.api.instance.previewPrices({ list, from });
  expect(preview).toMatchObject({ added: 1, changed: 1, same: 0, badCount: 0 });
  expect(preview.changes[0]).toMatchObject({ before: { inputPrice: 200_000 }, after: { inputPrice: 250_000 } });
  expect(await owner`select from model_prices`).toHaveLength(1);
  expect(await take(preview.good)).toEqual({ added: 1, changed: 1, leftOut: 0 });
  expect(await ada.api.instance.previewPrices({ list, from })).toMatchObject({ added: 0, changed: 0, same: 2 });
});

test("PP-03 a list with wrong entries is not imported by half, and without them only when that is said", async () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `model-${i},0.20`);
  for (let i = 0; i < 12; i++) lines[i * 400] = `model-${i * 400},wrong`;
  const list = ["model,input", ...lines].join("\n");
  expect(await ada.api.instance.previewPrices({ list, from })).toMatchObject({ added: 4_988, badCount: 12 });
  expect(await reasonOf(take(list))).toBe("prices_unreadable");
  expect(await owner`select from model_prices`).toHaveLength(0);
  expect(await take(list, { isPartial: "on" })).toEqual({ added: 4_988, changed: 0, leftOut: 12 });
  const { rows, isMore } = await ada.api.instance.prices({ search: "MODEL-49" });
  expect([rows.length, isMore]).toEqual([111, false]);
});

test("PP-03 a list that is none is refused at its field", async () => {
  expect(await fieldsOf(take("{"))).toEqual({ list: "This is no JSON." });
  expect(await fieldsOf(take("  "))).toHaveProperty("list");
  expect(await fieldsOf(take("model,input\na,1", { rate: "0" }))).toHaveProperty("rate");
});

test("PP-04 one's own hardware: its hours in use over the tokens, what it costs idle apart, no workspace's own model", async () => {
  const acme = await workspace();
  const row = (model: string, hoursAgo: number, tokens: number) => owner`
    insert into usage_hourly (workspace_id, hour, model, requests, errors, cost, latency, prompt_tokens, completion_tokens)
    values (${acme.id}, date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - make_interval(hours => ${hoursAgo}), ${model}, 1, 0, 0, '{}', ${tokens}, ${tokens})`;
  await row("small", 1, 400_000);
  await row("small", 30, 100_000);
  await row("small", 24 * 8, 5_000_000);
  await row("ft:small:ours:20260101:00000000", 2, 5_000_000);
  const cost = (model: string) => ada.api.instance.hardwareCost({ model, hourly: "2.50" });
  expect(await cost("small")).toMatchObject({
    ...{ tokens: 1_000_000, hours: 2, idleHours: 166 },
    ...{ usedCost: 5_000_000, idleCost: 415_000_000, perMillion: 5_000_000 },
  });
  // A longer period includes the earlier hour too.
  expect(await ada.api.instance.hardwareCost({ model: "small", hourly: "2.50", days: "14" })).toMatchObject({
    ...{ tokens: 11_000_000, hours: 3, idleHours: 333, usedCost: 7_500_000, perMillion: 681_819 },
  });
  for (const model of ["ft:small:ours:20260101:00000000", "none"])
    expect(await cost(model)).toMatchObject({ tokens: 0, perMillion: null });
});

test("PP-01 lines that are recorded keep their price", async () => {
  const { costOf } = await import("@/server/usage/cost");
  await set({});
  await loadPrices();
  const used = { promptTokens: 1_000_000, completionTokens: 0 };
  const reserved = priceOf("small", on("2026-06-01"));
  await set({ input: "9" });
  await loadPrices();
  expect([costOf(used, reserved), costOf(used, priceOf("small", on("2026-06-01")))]).toEqual([200_000, 9_000_000]);
});
