import { expect, test } from "vitest";
import { readPrices } from "@/server/platform/settings/prices";
import { readList, UnreadableList } from "./read-list";
import { writeList } from "./write-list";

const from = "2026-12-01";
const read = (list: string, rate = 1) => readList(list, from, rate);

test("PP-02 CSV: the first line names the columns, an entry may name its day, separators and case do not matter", () => {
  const csv = "Model;FROM;input;output;cache_read;second\nlarge;2027-01-01;2;6.5;0.2;\nscribe;;;;;0.0001\n";
  expect(read(csv)).toEqual({
    bad: [],
    unpriced: 0,
    prices: [
      {
        ...{ model: "large", from: "2027-01-01", inputPrice: 2_000_000, outputPrice: 6_500_000 },
        classPrices: { cacheRead: 200_000 },
      },
      { model: "scribe", from, inputPrice: 0, outputPrice: 0, classPrices: { second: 100_000_000 } },
    ],
  });
});

test("PP-02 LiteLLM's list: money for one token becomes money for a million, entries without a price are left out", () => {
  const list = JSON.stringify({
    sample_spec: { input_cost_per_token: 0, note: "x" },
    "gpt-4o": {
      ...{ input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5, cache_read_input_token_cost: 1.25e-6 },
      ...{ litellm_provider: "openai", max_tokens: 16_384, mode: "chat" },
    },
    whisper: { input_cost_per_second: 0.0000717, mode: "audio_transcription" },
    "free/nothing": { mode: "chat" },
    constructor: { input_cost_per_token: 1e-6 },
  });
  expect(read(list)).toEqual({
    bad: [],
    unpriced: 1,
    prices: [
      {
        ...{ model: "gpt-4o", from, inputPrice: 2_500_000, outputPrice: 10_000_000 },
        classPrices: { cacheRead: 1_250_000 },
      },
      { model: "whisper", from, inputPrice: 0, outputPrice: 0, classPrices: { second: 72_000_000 } },
      { model: "constructor", from, inputPrice: 1_000_000, outputPrice: 0 },
    ],
  });
  expect(read(list, 0.5).prices[0]).toMatchObject({ inputPrice: 1_250_000, classPrices: { cacheRead: 625_000 } });
});

test("PP-03 5,000 models with 12 wrong lines: each is named with its line and why, the others are read", () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `model-${i},0.20,0.60`);
  const wrong: Record<number, string> = {
    3: "model-3,-1,0.60",
    100: "model 100,0.20,0.60",
    101: "model-101,1e-6,0.60",
    500: "model-500,,",
    501: ",0.20,0.60",
    900: "model-900,0.20,0.60,9",
    1000: "model-1,0.20,0.60",
    2000: "model-2000,0.1234567,0.60",
    3000: "model-3000,1234567,0.60",
    4000: "model-4000,NaN,0.60",
    4500: "model-4500,0.20,$0.60",
    4999: '"model-4999",0,20,0,60',
  };
  for (const [index, line] of Object.entries(wrong)) lines[Number(index)] = line;
  const found = read(["model,input,output", ...lines].join("\r\n"));
  expect(found.prices).toHaveLength(4_988);
  // The first line is the header, and lines are counted from 1.
  expect(found.bad.map(({ at }) => at)).toEqual(Object.keys(wrong).map((index) => `Line ${Number(index) + 2}`));
  expect(found.bad[0]).toMatchObject({ model: "model-3", why: expect.stringContaining("input") });
  expect(found.bad[6]).toMatchObject({ why: "Line 3 has a price of this model from the same day." });
});

test.each([
  ["no JSON", "{"],
  ["a page", "<html>"],
  ["a column that there is not", "model,input,colour\na,1,red"],
  ["no head", "a,1,2"],
  ["too many entries", `model,input\n${"a,1\n".repeat(10_001)}`],
  ["a nesting", `${"[".repeat(100)}${"]".repeat(100)}`],
])("PP-03 %s is said in one sentence", (_, list) => {
  expect(() => read(list)).toThrow(UnreadableList);
});

test.each([
  ["a text for a number", { m: { input_cost_per_token: "0.1" } }, /is no number/],
  ["less than nothing", { m: { output_cost_per_token: -1 } }, /less than nothing/],
  ["more than can be counted", { m: { input_cost_per_token: 2 } }, /more than can be counted/],
  ["no entry", { m: 7 }, /no entry of a model/],
  ["spaces in an id", { "a b": { input_cost_per_token: 1e-6 } }, /spaces/],
])("PP-03 in LiteLLM's list %s is wrong with its entry alone", (_, list, why) => {
  const found = read(JSON.stringify({ ...list, good: { input_cost_per_token: 1e-6 } }));
  expect(found.bad).toMatchObject([{ at: "Entry 1", why: expect.stringMatching(why) }]);
  expect(found.prices).toHaveLength(1);
});

test("PP-02 what is written is read as the same prices, here and by PRICES", () => {
  const list = JSON.stringify({
    "gpt-4o": { input_cost_per_token: 2.5e-6, output_cost_per_token: 1.00001e-5, input_cost_per_audio_token: 1e-10 },
    scribe: { input_cost_per_second: 1e-9, output_cost_per_image: 0.04, ocr_cost_per_page: 1e-3 },
  });
  const { prices } = read(list, 0.913);
  expect(read(writeList(prices)).prices).toEqual(prices);
  const byModel = (one: { model: string }, other: { model: string }) => (one.model < other.model ? -1 : 1);
  expect(readPrices({ PRICES: writeList(prices) }).prices).toEqual([...prices].sort(byModel));
});
