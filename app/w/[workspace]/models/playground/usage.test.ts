import { expect, test } from "vitest";
import { costOf, usageOf } from "./usage";

const prices = { inputPrice: 2_000_000, outputPrice: 8_000_000 };

test.each([
  [{ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }, {}, 60],
  [{ prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 8 } }, {}, 60],
  [
    { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 8 } },
    { cacheRead: 250_000 },
    46,
  ],
  [{ prompt_tokens: 32, completion_tokens: 9, total_tokens: 341 }, { reasoning: 10_000_000 }, 3_136],
  [{ prompt_tokens: 32, completion_tokens: 9, total_tokens: 341, prompt_tokens_details: null }, {}, 2_536],
  [
    { prompt_tokens: 10, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 5 } },
    { reasoning: 0 },
    20,
  ],
  [{}, { request: 1_000_000_000 }, 1_000],
])("%j at %j costs %i, as in the ledger", (said, classPrices, cost) => {
  expect(costOf({ ...prices, classPrices }, usageOf(said))).toBe(cost);
});
