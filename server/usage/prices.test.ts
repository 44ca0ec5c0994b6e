import { describe, expect, test } from "vitest";
import { readPrices } from "@/server/platform/settings/prices";
import { batchPriceOf, hasPrice, priceOf, trainingPriceOf } from "./prices";

process.env.PRICES = JSON.stringify([
  { model: "large", from: "2026-03-01", input: "2", output: "6.5" },
  { model: "large", from: "2026-01-01", input: "3", output: "9" },
  { model: "always", input: "5" },
  { model: "llama3:8b", input: "7" },
  { model: "*", from: "2026-02-01", input: "0.000001", training: "0.5" },
  { model: "trained", from: "2026-01-01", input: "1", training: "4.25" },
  { model: "trained", from: "2026-03-01", input: "2" },
]);

const on = (day: string) => new Date(`${day}T12:00:00Z`);

test.each([
  ["large", "2025-12-31", 0, 0],
  ["large", "2026-01-01", 3_000_000, 9_000_000],
  ["large", "2026-02-28", 3_000_000, 9_000_000],
  ["large", "2026-03-01", 2_000_000, 6_500_000],
  ["small", "2026-01-31", 0, 0],
  ["small", "2026-02-01", 1, 0],
  ["ft:large:ab12cd34:20261124:9f8e7d6c", "2026-01-01", 3_000_000, 9_000_000],
  ["ft:other:ab12cd34:20261124:9f8e7d6c", "2026-02-01", 1, 0],
  ["always", "2001-01-01", 5_000_000, 0],
  ["ft:llama3:8b:ab12cd34:20261124:9f8e7d6c", "2026-02-01", 7_000_000, 0],
])("%s costs on %s what was the price then", (model, day, inputPrice, outputPrice) => {
  expect(priceOf(model, on(day))).toEqual({ inputPrice, outputPrice });
});

test.each([
  ["trained", "2025-12-31", 0],
  ["trained", "2026-01-01", 4_250_000],
  ["trained", "2026-03-02", 4_250_000],
  ["large", "2026-01-31", 0],
  ["large", "2026-02-01", 500_000],
])("training %s costs on %s what was the price then", (model, day, price) => {
  expect(trainingPriceOf(model, on(day))).toBe(price);
});

test("a line of a batch costs the part that the price says, each class rounded up, and all where it says none", () => {
  const price = { inputPrice: 3, outputPrice: 999_999_999_999, classPrices: { page: 999_999_999_000_000 } };
  expect(batchPriceOf(price)).toBe(price);
  const half = { ...price, batchFactor: 500_000 };
  expect(batchPriceOf(half)).toEqual({
    ...{ inputPrice: 2, outputPrice: 500_000_000_000 },
    classPrices: { page: 499_999_999_500_000 },
  });
  expect(batchPriceOf(half)).toBe(batchPriceOf(half));
  const factorOf = (batch: unknown) =>
    readPrices({ PRICES: JSON.stringify([{ model: "a", input: "1", batch }]) }).prices[0]?.batchFactor;
  expect(["0.5", ".5", "1", "0.000001"].map(factorOf)).toEqual([500_000, 500_000, 1_000_000, 1]);
  expect(["0", "0.0", "1.1", "2", "-1", "0.0000001", 0.5].map(factorOf)).toEqual(Array(7).fill(undefined));
});

test("classes have a price of their own, units one of each", () => {
  const all = { model: "a", cacheRead: "0.2", character: "15", page: "0.001", request: "999.999999" };
  const price = { model: "a", from: "1970-01-01", inputPrice: 0, outputPrice: 0 };
  expect(readPrices({ PRICES: JSON.stringify([all]) })).toEqual({
    prices: [
      {
        ...price,
        classPrices: { cacheRead: 200_000, character: 15_000_000, page: 1_000_000_000, request: 999_999_999_000_000 },
      },
    ],
    complaints: [],
  });
  for (const wrong of [
    { model: "a", output: "1" },
    { model: "a", cacheRead: "1" },
    { ...all, page: "1000" },
  ])
    expect(readPrices({ PRICES: JSON.stringify([wrong]) }).complaints).toHaveLength(1);
});

test("a price holds from midnight in UTC", () => {
  expect(priceOf("large", new Date("2026-02-28T23:59:59.999Z")).inputPrice).toBe(3_000_000);
  expect(priceOf("large", new Date("2026-03-01T00:00:00Z")).inputPrice).toBe(2_000_000);
});

test.each([
  ["large", "2026-01-01", true],
  ["large", "2025-12-31", false],
  ["ft:large:ab12cd34:20261124:9f8e7d6c", "2026-01-01", true],
  ["small", "2026-01-31", false],
  ["small", "2026-02-01", true],
])("whether %s has a price on %s: %s", (model, day, has) => {
  expect(hasPrice(model, on(day))).toBe(has);
});

describe("prices that cannot be used are complained about by their variable, without what stands there", () => {
  const one = { model: "a", from: "2026-01-01", input: "1", output: "1" };
  test.each([
    ["no JSON", "[", "PRICES is not JSON"],
    ["no list", '{"secret":1}', "PRICES must be a list of prices"],
    ["a number for money", JSON.stringify([{ ...one, input: 0.1 }]), "PRICES entry 1 has no usable input"],
    [
      "money with too many digits",
      JSON.stringify([one, { ...one, model: "b", output: "1.0000001" }]),
      "PRICES entry 2 has no usable output",
    ],
    ["less than nothing", JSON.stringify([{ ...one, input: "-1" }]), "PRICES entry 1 has no usable input"],
    ["no such day", JSON.stringify([{ ...one, from: "2026-02-30" }]), "PRICES entry 1 has no usable from"],
    [
      "something else",
      JSON.stringify([{ ...one, secret: "x" }]),
      "PRICES entry 1 may have model, from, input, output, training, batch, cacheRead, cacheWrite, audioInput, imageInput, reasoning, audioOutput, character, second, image, page and request, and nothing else",
    ],
    ["one model and day twice", JSON.stringify([one, one]), "PRICES has two prices for one model and day"],
  ])("%s", (_, PRICES, complaint) => {
    expect(readPrices({ PRICES })).toEqual({ prices: [], complaints: [complaint] });
  });

  test("a file that is not there, and both at once", () => {
    expect(readPrices({ PRICES_FILE: "/nowhere/prices.json" }).complaints).toEqual(["PRICES_FILE cannot be read"]);
    expect(readPrices({ PRICES_FILE: "x", PRICES: "[]" }).complaints).toHaveLength(1);
  });
});
