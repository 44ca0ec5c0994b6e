import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readPrices } from "@/server/platform/settings/prices";
import { costOf, withRequest } from "@/server/usage/cost";
import { readUsage, usageIn } from "./usage-dialects";

const read = (usage: object) => readUsage(usage as Record<string, unknown>, true);
const used = (promptTokens: number, completionTokens: number, classes?: object) => ({
  ...{ promptTokens, completionTokens },
  ...(classes && { classes }),
});

test.each([
  ["OpenAI, plain", { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }, used(10, 5)],
  [
    "OpenAI, cached and reasoning",
    {
      ...{ prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 },
      prompt_tokens_details: { cached_tokens: 64, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 40, audio_tokens: 0, accepted_prediction_tokens: 0 },
    },
    used(100, 50, { cacheRead: 64, reasoning: 40 }),
  ],
  [
    "OpenAI, audio in and out",
    {
      ...{ prompt_tokens: 100, completion_tokens: 50 },
      prompt_tokens_details: { audio_tokens: 80, text_tokens: 20 },
      completion_tokens_details: { audio_tokens: 30, text_tokens: 20 },
    },
    used(100, 50, { audioInput: 80, audioOutput: 30 }),
  ],
  [
    "OpenAI, responses and images",
    {
      ...{ input_tokens: 100, output_tokens: 50, total_tokens: 150 },
      input_tokens_details: { cached_tokens: 10, image_tokens: 70 },
      output_tokens_details: { reasoning_tokens: 20 },
    },
    used(100, 50, { cacheRead: 10, imageInput: 70, reasoning: 20 }),
  ],
  ["OpenAI, transcription by duration", { type: "duration", seconds: 61.2 }, used(0, 0, { second: 62 })],
  [
    "Anthropic: the cache is beside the input",
    { input_tokens: 3, cache_creation_input_tokens: 200, cache_read_input_tokens: 800, output_tokens: 10 },
    used(1003, 10, { cacheRead: 800, cacheWrite: 200 }),
  ],
  [
    "LiteLLM: Anthropic's members beside OpenAI's, which have it all",
    {
      ...{ prompt_tokens: 1003, completion_tokens: 10, total_tokens: 1013 },
      ...{ cache_creation_input_tokens: 200, cache_read_input_tokens: 800 },
    },
    used(1003, 10, { cacheRead: 800, cacheWrite: 200 }),
  ],
  [
    "DeepSeek",
    { prompt_tokens: 100, prompt_cache_hit_tokens: 90, prompt_cache_miss_tokens: 10, completion_tokens: 5 },
    used(100, 5, { cacheRead: 90 }),
  ],
  [
    "Mistral, audio that is only in the total",
    { prompt_audio_seconds: 203, prompt_tokens: 4, total_tokens: 3264, completion_tokens: 635 },
    used(2629, 635, { audioInput: 2625, second: 203 }),
  ],
  ["Mistral, pages", { pages_processed: 12, doc_size_bytes: 90_000 }, used(0, 0, { page: 12 })],
  [
    "vLLM, without details",
    { prompt_tokens: 7, total_tokens: 10, completion_tokens: 3, prompt_tokens_details: null },
    used(7, 3),
  ],
  [
    "SGLang: reasoning beside the details",
    { prompt_tokens: 7, completion_tokens: 9, reasoning_tokens: 6 },
    used(7, 9, { reasoning: 6 }),
  ],
  [
    "xAI: reasoning beside the completion",
    {
      ...{ prompt_tokens: 32, completion_tokens: 9, total_tokens: 341 },
      completion_tokens_details: { reasoning_tokens: 300 },
    },
    used(32, 309, { reasoning: 300 }),
  ],
  [
    "reasoning only in the total",
    { prompt_tokens: 32, completion_tokens: 9, total_tokens: 341 },
    used(32, 309, { reasoning: 300 }),
  ],
  [
    "more reasoning than completion, without a total",
    { prompt_tokens: 32, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 300 } },
    used(32, 309, { reasoning: 300 }),
  ],
  [
    "llama.cpp, timings alone",
    { timings: { cache_n: 236, prompt_n: 1, predicted_n: 35 } },
    used(237, 35, { cacheRead: 236 }),
  ],
  [
    "llama.cpp, usage and timings",
    {
      prompt_tokens: 237,
      completion_tokens: 35,
      total_tokens: 272,
      timings: { cache_n: 236, prompt_n: 1, predicted_n: 35 },
    },
    used(237, 35, { cacheRead: 236 }),
  ],
  [
    "OpenRouter, cache writes",
    { prompt_tokens: 100, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 50 } },
    used(100, 5, { cacheRead: 40, cacheWrite: 50 }),
  ],
])("%s", (_, said, expected) => {
  expect(read(said)).toEqual(expected);
});

describe("what cannot be", () => {
  const details = (prompt: object) => ({ prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: prompt });
  test.each([
    ["a part larger than its whole", details({ cached_tokens: 11 })],
    ["half a cached token", details({ cached_tokens: 1.5 })],
    ["less than nothing cached", details({ cached_tokens: -1 })],
    ["text", details({ cached_tokens: "5" })],
    ["details that are a list", { ...details({}), prompt_tokens_details: [1] }],
  ])("%s is charged as what it is part of", (_, said) => {
    expect(read(said)).toEqual(used(10, 5));
  });

  test("parts that overlap are together no more than their whole", () => {
    expect(read(details({ cached_tokens: 8, audio_tokens: 6, image_tokens: 6 }))).toEqual(
      used(10, 5, { cacheRead: 8, audioInput: 2 }),
    );
  });

  test.each([
    [{ prompt_tokens: -1, completion_tokens: 1 }],
    [{ prompt_tokens: 1, completion_tokens: 1.5 }],
    [{ prompt_tokens: "1", completion_tokens: 1 }],
    [{ prompt_tokens: 1, completion_tokens: 2 ** 40 }],
    [{ prompt_tokens: 1, completion_tokens: 1, total_tokens: -3 }],
  ])("%j is impossible", (said) => {
    expect(read(said)).toBe("impossible");
  });

  test.each([
    [{}],
    [{ prompt_tokens: null, completion_tokens: null }],
    [{ prompt_tokens: 5 }],
    [{ service_tier: "x" }],
  ])("%j is empty", (said) => {
    expect(read(said)).toBe("empty");
  });
});

test("of embeddings the prompt is enough", () => {
  expect(readUsage({ prompt_tokens: 7, total_tokens: 7 }, false)).toEqual(used(7, 0));
  expect(readUsage({ total_tokens: 7 }, false)).toEqual(used(7, 0));
});

test.each([
  [{ usage: { prompt_tokens: 1 } }, { prompt_tokens: 1 }],
  [{ x_groq: { usage: { prompt_tokens: 1 } } }, { prompt_tokens: 1 }],
  [{ choices: [{ usage: { prompt_tokens: 1 } }] }, { prompt_tokens: 1 }],
  [{ usage_info: { pages_processed: 1 } }, { pages_processed: 1 }],
  [{ timings: { prompt_n: 1 }, usage: null }, { timings: { prompt_n: 1 } }],
  [{ usage: null, choices: [null] }, undefined],
  [{ usage: "7" }, undefined],
])("in %j it finds %j", (answer, found) => {
  expect(usageIn(answer)).toEqual(found);
});

/** What docs/spending.md says that requests cost. */
const doc = readFileSync("docs/spending.md", "utf8");
const { prices } = readPrices({ PRICES: /```json\n(\[[\s\S]*?\n\])\n```/.exec(doc)?.[1] ?? "" });
const examples = [...doc.matchAll(/^\| (\w+) \| `(\{.*\})` \| (\d+\.\d{6}) \|$/gm)].map((row) => row.slice(1));

test("there are examples", () => expect(examples.length).toBeGreaterThanOrEqual(10));

test.each(examples)("%s: %s costs %s", (model, said, cost) => {
  const price = prices.find((each) => each.model === model);
  const usage = read(JSON.parse(said ?? ""));
  if (!price || typeof usage === "string") throw new Error("not readable");
  expect((costOf(withRequest(usage, price), price) / 1_000_000).toFixed(6)).toBe(cost);
});
