import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { ceilingOf, costOf, pricesOfUsed, type Used } from "./cost";
import type { Price } from "./prices";

const million = 1_000_000;
const price = (classPrices?: Price["classPrices"]): Price => ({
  ...{ inputPrice: 2 * million, outputPrice: 8 * million },
  ...(classPrices && { classPrices }),
});

test.each<[string, Used, Price, number]>([
  ["no classes", { promptTokens: 100, completionTokens: 10 }, price(), 280],
  [
    "classes without a price",
    { promptTokens: 100, completionTokens: 10, classes: { cacheRead: 50, reasoning: 5 } },
    price(),
    280,
  ],
  [
    "a cheaper class",
    { promptTokens: 100, completionTokens: 0, classes: { cacheRead: 50 } },
    price({ cacheRead: 200_000 }),
    110,
  ],
  ["a free class", { promptTokens: 100, completionTokens: 0, classes: { cacheRead: 100 } }, price({ cacheRead: 0 }), 0],
  [
    "a dearer class",
    { promptTokens: 0, completionTokens: 10, classes: { audioOutput: 10 } },
    price({ audioOutput: 80 * million }),
    800,
  ],
  [
    "units",
    { promptTokens: 0, completionTokens: 0, classes: { second: 62, request: 1 } },
    price({ second: 100 * million, request: 2_000 * million }),
    8_200,
  ],
  [
    "half a millionth, rounded up once",
    { promptTokens: 1, completionTokens: 1, classes: { cacheRead: 1, reasoning: 1 } },
    price({ cacheRead: 1, reasoning: 1 }),
    1,
  ],
  [
    "more than a number counts exactly",
    { promptTokens: 2_147_483_647, completionTokens: 1, classes: { cacheRead: 2_147_483_646, reasoning: 1 } },
    { inputPrice: 4_000_000 * million, outputPrice: 0, classPrices: { cacheRead: 4_000_001 * million, reasoning: 3 } },
    8_589_936_735_483_647,
  ],
])("%s: as much here as in the database", async (_, used, of, cost) => {
  expect(costOf(used, of)).toBe(cost);
  const { promptTokens, completionTokens, classes = {} } = used;
  const [row] = await owner`
    select line_cost(${promptTokens}, ${completionTokens}, ${of.inputPrice}, ${of.outputPrice}, ${owner.json(classes)},
      ${owner.json(of.classPrices ?? {})})::text as cost`;
  expect(Number(row?.cost)).toBe(cost);
});

test("what a request may cost at most covers a prompt that is written to the cache and a completion that is reasoning", () => {
  const of = price({ cacheRead: 200_000, cacheWrite: 2_500_000, reasoning: 10 * million, audioInput: 40 * million });
  const asked: Used = { promptTokens: 100, completionTokens: 10, classes: { audioInput: 20 } };
  expect(ceilingOf(asked, of)).toBe(80 * 2.5 + 20 * 40 + 10 * 10);
  for (const classes of [{ cacheWrite: 80, audioInput: 20 }, { cacheRead: 80, audioInput: 20, reasoning: 10 }, {}])
    expect(costOf({ ...asked, classes }, of)).toBeLessThanOrEqual(ceilingOf(asked, of));
});

test("a line has the prices of what it used, and no others", () => {
  const of = price({ cacheRead: 1, reasoning: 2 });
  expect(pricesOfUsed({ cacheRead: 5, audioInput: 3 }, of)).toEqual({ cacheRead: 1 });
  expect(pricesOfUsed({ audioInput: 3 }, of)).toBeUndefined();
  expect(pricesOfUsed(undefined, of)).toBeUndefined();
});
