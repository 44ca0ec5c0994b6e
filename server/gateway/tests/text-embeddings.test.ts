import http from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";

replaceMetering();

type Answer = { status?: number; body: unknown; headers?: http.OutgoingHttpHeaders };
type Asked = { url: string; body: Record<string, unknown>; key: string | undefined };

/** A server like text-embeddings-inference: no list, no `/v1/rerank`, one model. */
let server: http.Server;
let gateway: TestGateway;
let key: string;
const asked: Asked[] = [];
let answers: Record<string, Answer> = {};
const ranks: Answer = {
  body: [
    { index: 1, score: 0.9 },
    { index: 0, score: 0.2 },
    { index: 2, score: 0.4 },
  ],
};

beforeAll(async () => {
  server = http.createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const url = request.url ?? "";
    if (url === "/info") {
      const info = { model_id: "bge-reranker", model_type: { reranker: { id2label: {} } }, max_input_length: 512 };
      response.setHeader("content-type", "application/json");
      return response.end(JSON.stringify({ ...info, served_model_name: "bge", version: "1.9.3" }));
    }
    const answer = request.method === "POST" ? answers[url] : undefined;
    if (request.method === "POST")
      asked.push({ url, body: JSON.parse(Buffer.concat(parts).toString()), key: request.headers.authorization });
    if (!answer) return response.writeHead(404).end();
    response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
    response.end(JSON.stringify(answer.body));
  });
  const origin = await listen(server);
  gateway = await startGateway({
    MODEL_SERVER_URL: undefined,
    MODEL_SERVERS: JSON.stringify([{ name: "tei", url: `${origin}/v1`, key: "s3cret" }]),
  });
  const acme = await workspace();
  key = (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" })).secret;
});
beforeEach(() => {
  resetMetering();
  asked.length = 0;
  answers = { "/rerank": ranks };
});
afterAll(async () => {
  await gateway.close();
  await closeNow(server);
});

const documents = ["a", { text: "b" }, "c"];
const rerank = async (more: object = {}) => {
  const response = await gateway.post("/v1/rerank", key, { model: "bge", query: "q", documents, ...more });
  return { response, body: await response.json() };
};
const settlement = () => metering().settlements.at(-1);

test("its one model is in the list, with what it can do", async () => {
  const response = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  const { data } = await response.json();
  expect(data).toMatchObject([
    { id: "bge", max_context_length: 512, capabilities: { rerank: true, completion_chat: false } },
  ]);
});

test("ranks are asked for in its words, and come back in those of the API; where, is found out once", async () => {
  answers["/rerank"] = { ...ranks, headers: { "x-compute-tokens": "21" } };
  const first = await rerank();
  expect(first.body).toEqual({
    id: expect.stringMatching(/^rerank-[0-9a-f]{32}$/),
    model: "bge",
    results: [
      { index: 1, relevance_score: 0.9 },
      { index: 2, relevance_score: 0.4 },
      { index: 0, relevance_score: 0.2 },
    ],
    usage: { prompt_tokens: 21, total_tokens: 21 },
  });
  expect(first.response.headers.get("x-atelier-translated")).toBe("/rerank");
  expect(settlement()).toMatchObject({
    ...{ status: 200, usageSource: "reported", usage: { promptTokens: 21, completionTokens: 0 } },
  });
  await rerank();
  expect(asked.map(({ url }) => url)).toEqual(["/v1/rerank", "/rerank", "/rerank"]);
  expect(asked[1]).toEqual({ url: "/rerank", key: "Bearer s3cret", body: { query: "q", texts: ["a", "b", "c"] } });
});

test("the best of them, their texts, and what it has of its own", async () => {
  const more = { top_n: 2, return_documents: true, truncate: true, raw_scores: true, rank_fields: ["x"], user: "me" };
  const { response, body } = await rerank(more);
  expect(body.results).toEqual([
    { index: 1, relevance_score: 0.9, document: { text: "b" } },
    { index: 2, relevance_score: 0.4, document: { text: "c" } },
  ]);
  expect(asked.at(-1)?.body).toEqual({ query: "q", texts: ["a", "b", "c"], truncate: true, raw_scores: true });
  expect(response.headers.get("x-atelier-left-out")).toBe("rank_fields");
});

test("without a count of its own it is charged by an estimate, as other endpoints are", async () => {
  const { body } = await rerank();
  expect(settlement()).toMatchObject({ status: 200, usageSource: "estimated", usage: { completionTokens: 0 } });
  const { promptTokens } = settlement()?.usage ?? {};
  expect(promptTokens).toBeGreaterThan(5);
  expect(body.usage.total_tokens).toBe(promptTokens);
});

describe("an odd server", () => {
  test.each<[string, unknown]>([
    ["a text that there is not", [{ index: 3, score: 1 }]],
    ["one text twice", [ranks.body, ranks.body].flat()],
    ["no score", [{ index: 0 }]],
    ["an index that is none", [{ index: "0", score: 1 }]],
    ["no list", { ranks: [] }],
    ["a list of lists", [[0, 1]]],
  ])("that ranks %s is answered for with 502", async (_, body) => {
    answers["/rerank"] = { body };
    const { response, body: said } = await rerank();
    expect([response.status, said.code]).toEqual([502, "model_server_invalid"]);
  });

  test("that puts the list into an object is understood, and one that says too many tokens is not believed", async () => {
    const results = [{ index: 0, relevance_score: 0.5 }];
    answers["/rerank"] = { body: { results }, headers: { "x-compute-tokens": "900000000" } };
    const { body } = await rerank();
    expect(body.results).toEqual(results);
    expect(settlement()).toMatchObject({ usageSource: "invalid" });
  });

  test("that refuses is passed on in its words", async () => {
    const error = "batch size 3 > maximum allowed batch size 2";
    answers["/rerank"] = { status: 422, body: { error, error_type: "Validation" } };
    const { response, body } = await rerank();
    expect([response.status, body.message, body.type]).toEqual([422, error, "Validation"]);
  });
});

test.each<[object, string]>([
  [{ query: ["q"] }, "query"],
  [{ documents: [] }, "documents"],
  [{ documents: ["a", 7] }, "documents.1"],
  [{ top_n: 0 }, "top_n"],
])("what cannot be asked for is refused by name: %j", async (more, param) => {
  const { response, body } = await rerank(more);
  expect([response.status, body.param]).toEqual([400, param]);
});

describe("a server that has neither form", () => {
  afterEach(() => {
    answers = {};
  });

  test("is said not to have it, and is not asked again", async () => {
    // What was found out is remembered for minutes.
    const other = http.createServer((request, response) => {
      if (request.method === "GET") {
        response.setHeader("content-type", "application/json");
        return response.end(JSON.stringify({ data: [{ id: "chats" }] }));
      }
      tried.push(request.url ?? "");
      response.writeHead(404, { "content-type": "application/json" }).end('{"detail":"Not Found"}');
    });
    const tried: string[] = [];
    const origin = await listen(other);
    const second = await startGateway({
      MODEL_SERVER_URL: undefined,
      MODEL_SERVERS: JSON.stringify([{ name: "other", url: `${origin}/v1` }]),
    });
    try {
      for (let i = 0; i < 2; i++) {
        const response = await second.post("/v1/rerank", key, { model: "chats", query: "q", documents });
        expect([response.status, (await response.json()).code]).toEqual([404, "endpoint_not_available"]);
      }
      expect(tried).toEqual(["/v1/rerank", "/rerank"]);
    } finally {
      await second.close();
      await closeNow(other);
    }
  });
});
