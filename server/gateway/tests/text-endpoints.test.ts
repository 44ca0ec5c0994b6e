import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, type FakeModelServer, json, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGatewayTo([{ name: "one", url: upstream.url, models: ["small"] }]);
  const acme = await workspace();
  key = await newKey(acme);
});
beforeEach(() => {
  resetMetering();
  upstream.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const settlement = () => metering().settlements.at(-1);
const tokens = (promptTokens: number, completionTokens: number) => ({ promptTokens, completionTokens });

const completion = {
  ...{ id: "cmpl-1", object: "text_completion", model: "small" },
  choices: [{ index: 0, text: "Hello there, you.", finish_reason: "stop" }],
};
const results = { id: "mod-1", model: "small", results: [{ flagged: false, categories: {}, category_scores: {} }] };
const ranks = { id: "rerank-1", model: "small", results: [{ index: 0, relevance_score: 0.9 }] };
const scores = { id: "score-1", object: "list", model: "small", data: [{ index: 0, object: "score", score: 1 }] };

test.each<[string, object, object, object]>([
  [
    "/v1/completions",
    { prompt: "Hello" },
    { ...completion, usage: { prompt_tokens: 2, completion_tokens: 4 } },
    tokens(2, 4),
  ],
  ["/v1/completions", { prompt: "Hello" }, completion, tokens(9, 5)],
  [
    "/v1/fim/completions",
    { prompt: "def f", suffix: "return a" },
    {
      ...completion,
      choices: [{ message: { content: "x" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 8, completion_tokens: 1 },
    },
    tokens(8, 1),
  ],
  ["/v1/rerank", { query: "a", documents: ["b"] }, { ...ranks, usage: { total_tokens: 11 } }, tokens(11, 0)],
  ["/v1/rerank", { query: "a", documents: ["b"] }, { ...ranks, meta: { tokens: { input_tokens: 12 } } }, tokens(12, 0)],
  ["/v1/rerank", { query: "a", documents: ["b"] }, ranks, tokens(16, 0)],
  [
    "/v1/score",
    { text_1: "a", text_2: ["b"] },
    { ...scores, usage: { prompt_tokens: 7, total_tokens: 7 } },
    tokens(7, 0),
  ],
  ["/v1/moderations", { input: "a" }, results, tokens(0, 0)],
  ["/v1/moderations", { input: "a" }, { ...results, usage: { prompt_tokens: 3, total_tokens: 3 } }, tokens(3, 0)],
  ["/v1/chat/moderations", { input: [] }, results, tokens(0, 0)],
  ["/v1/classifications", { input: "a" }, results, tokens(0, 0)],
  ["/v1/chat/classifications", { input: [] }, results, tokens(0, 0)],
])("%s of %j passes through, and is charged for what its server says", async (path, asked, answer, usage) => {
  upstream.answer = json(answer);
  const response = await gateway.post(path, key, { model: "small", ...asked });
  expect([response.status, await response.json()]).toEqual([200, answer]);
  expect(upstream.asked.map(({ url, body }) => [url, body])).toEqual([[path, { model: "small", ...asked }]]);
  expect(settlement()).toMatchObject({ status: 200, usage });
  expect(metering().reservations).toMatchObject([{ promptTokens: expect.any(Number) }]);
});

test("a completion is streamed like a chat, with its usage asked for", async () => {
  const pieces = ["Hello", " you"].map((text) => `data: ${JSON.stringify({ choices: [{ text }] })}\n\n`);
  const used = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 2, completion_tokens: 2 } })}\n\n`;
  upstream.answer = stream([...pieces, used, "data: [DONE]\n\n"]);
  const response = await gateway.post("/v1/completions", key, { model: "small", prompt: "Hi", stream: true });
  expect(await response.text()).toBe(`${pieces.join("")}data: [DONE]\n\n`);
  expect(upstream.asked[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
  expect(settlement()).toMatchObject({ usage: tokens(2, 2), usageSource: "reported" });
});

test("code in the middle is streamed without options that Mistral does not know", async () => {
  upstream.answer = stream([
    `data: ${chunk("x", { finish: "stop", usage: { prompt_tokens: 4, completion_tokens: 1 } })}\n\n`,
    "data: [DONE]\n\n",
  ]);
  await (await gateway.post("/v1/fim/completions", key, { model: "small", prompt: "a", stream: true })).text();
  expect(upstream.asked[0]?.body).toEqual({ model: "small", prompt: "a", stream: true });
  expect(settlement()).toMatchObject({ usage: tokens(4, 1), usageSource: "reported" });
});

test.each<[string, unknown, number]>([
  ["a text", "Hello", 10],
  ["three texts", ["a", "b", "c"], 30],
  ["a list of tokens", [1, 2, 3], 10],
  ["two lists of tokens", [[1, 2], [3]], 20],
])("%s reserves a completion for each", async (_, prompt, completionTokens) => {
  upstream.answer = json(completion);
  await gateway.post("/v1/completions", key, { model: "small", prompt, max_tokens: 10 });
  expect(metering().reservations).toMatchObject([{ completionTokens }]);
});

describe("pairs of texts", () => {
  const long = "word".repeat(750);
  const letters = Array.from({ length: 500 }, () => "a");

  test.each<[string, object]>([
    ["/v1/rerank", { query: long, documents: letters }],
    ["/v1/rerank", { documents: letters.map((text) => ({ text })), query: long }],
    ["/v1/score", { text_1: long, text_2: letters }],
    ["/v1/score", { text_1: [long], text_2: letters }],
    ["/v1/score", { data_1: letters, data_2: long }],
    ["/v1/score", { queries: long, documents: letters }],
    ["/v1/score", { queries: long, items: letters }],
  ])("%s reserves the long one for each of the others, as servers count it: %#", async (path, body) => {
    // A token for four letters, one for each short text, and three that stand around the two.
    const used = 500 * (750 + 1 + 3);
    upstream.answer = json({ ...ranks, ...scores, usage: { total_tokens: used } });
    await gateway.post(path, key, { model: "small", ...body });
    expect(settlement()).toMatchObject({ usage: tokens(used, 0), usageSource: "reported" });
    const [reserved] = metering().reservations;
    expect(reserved?.promptTokens).toBeGreaterThanOrEqual(used);
    expect(reserved?.promptTokens).toBeLessThan(used * 1.02);
  });

  test("of two lists each text is read once", async () => {
    await gateway.post("/v1/score", key, { model: "small", text_1: [long, long], text_2: ["a", "b"] });
    expect(metering().reservations[0]?.promptTokens).toBeLessThan(2 * 750 + 50);
  });

  test.each(["query", "documents"])(
    "whose %s is there twice is refused: servers read the first, or the last",
    async (name) => {
      const body = `{"model":"small","query":"a","documents":["b"],"${name}":["c"]}`;
      const response = await gateway.post("/v1/rerank", key, body);
      expect([response.status, (await response.json()).param]).toEqual([422, name]);
    },
  );
});

describe("what is refused", () => {
  test.each(["/v1/rerank", "/v1/score", "/v1/moderations", "/v1/classifications"])("a stream of %s", async (path) => {
    const response = await gateway.post(path, key, { model: "small", input: "a", stream: true });
    expect([response.status, (await response.json()).param]).toEqual([422, "stream"]);
  });

  test.each(["/v1/completions", "/v1/moderations"])("%s without a model", async (path) => {
    const response = await gateway.post(path, key, { input: "a", prompt: "a" });
    expect([response.status, (await response.json()).param]).toEqual([422, "model"]);
  });

  test("an answer that is none", async () => {
    upstream.answer = json({ object: "list" });
    const response = await gateway.post("/v1/rerank", key, { model: "small", query: "a", documents: [] });
    expect([response.status, (await response.json()).code]).toEqual([502, "model_server_invalid"]);
    expect(settlement()).toMatchObject({ usage: null });
  });
});
