import http from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

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
  gateway = await startGatewayTo([{ name: "tei", url: `${origin}/v1`, key: "s3cret" }]);
  const acme = await workspace();
  key = await newKey(acme);
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
  ])("that ranks %s is answered for with 502, and nothing is charged", async (_, body) => {
    answers["/rerank"] = { body, headers: { "x-compute-tokens": "21" } };
    const { response, body: said } = await rerank();
    expect([response.status, said.code]).toEqual([502, "model_server_invalid"]);
    expect(settlement()).toMatchObject({ usage: null, usageSource: "none" });
  });

  test("that puts the list into an object is understood, and one that says too many tokens is not believed", async () => {
    const results = [{ index: 0, relevance_score: 0.5 }];
    answers["/rerank"] = { body: { results }, headers: { "x-compute-tokens": "900000000" } };
    const { body } = await rerank();
    expect(body.results).toEqual(results);
    expect(settlement()).toMatchObject({ usageSource: "invalid" });
  });

  test("that refuses is passed on in its words", async () => {
    const error = "`inputs` must have less than 512 tokens. Given: 2000";
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

test("of a query that is longer than its model's context no more is reserved than that, for each text", async () => {
  const many = Array.from({ length: 100 }, () => "a");
  answers["/rerank"] = { body: [{ index: 0, score: 1 }], headers: { "x-compute-tokens": "51200" } };
  await rerank({ query: "word".repeat(7_500), documents: many });
  expect(metering().reservations).toMatchObject([{ promptTokens: 100 * 512 }]);
  expect(settlement()).toMatchObject({ usageSource: "reported", usage: { promptTokens: 100 * 512 } });
});

describe("another server", () => {
  type Other = { ids?: string[]; info?: object; endpoints?: string[]; answers: Record<string, Answer> };
  const ranked: Answer = { body: { results: [{ index: 0, relevance_score: 1 }] } };
  const notThisModel: Answer = { status: 501, body: { error: { message: "not this model" } } };
  const others: Record<string, Other> = {
    bare: { answers: {} },
    several: { ids: ["several", "another"], answers: { "/rerank": ranks } },
    "one of two": { ids: ["chats", "ranks"], answers: { "/v1/rerank": notThisModel, "/rerank": ranks } },
    only: { answers: { "/v1/rerank": notThisModel, "/rerank": ranks } },
    upgraded: { answers: { "/rerank": ranks } },
    stated: {
      endpoints: ["rerank"],
      answers: { "/v1/rerank": { status: 404, body: { message: "Not Found" } }, "/rerank": ranks },
    },
    said: {
      endpoints: ["rerank"],
      info: { model_id: "said", model_type: { reranker: {} } },
      answers: { "/rerank": ranks },
    },
  };
  const servers: http.Server[] = [];
  const paths: string[] = [];
  let second: TestGateway;

  beforeAll(async () => {
    const settings = Object.entries(others).map(async ([name, { ids = [name], info, endpoints, answers }]) => {
      const other = http.createServer((request, response) => {
        const url = request.url ?? "";
        request.resume();
        response.setHeader("content-type", "application/json");
        if (url === "/v1/models" && !info) return response.end(JSON.stringify({ data: ids.map((id) => ({ id })) }));
        if (url === "/info" && info) return response.end(JSON.stringify(info));
        if (request.method === "POST") paths.push(url);
        const said = answers[url];
        if (said) return response.writeHead(said.status ?? 200).end(JSON.stringify(said.body));
        response.writeHead(404).end('{"detail":"Not Found"}');
      });
      servers.push(other);
      const url = `${await listen(other)}/v1`;
      return { name: name.replaceAll(" ", "-"), url, ...(endpoints && { endpoints }) };
    });
    second = await startGatewayTo(await Promise.all(settings));
  });
  beforeEach(() => {
    paths.length = 0;
  });
  afterAll(async () => {
    await second.close();
    await Promise.all(servers.map(closeNow));
  });

  const rankBy = async (...models: string[]) => {
    const said: unknown[] = [];
    for (const model of models) {
      const response = await second.post("/v1/rerank", key, { model, query: "q", documents });
      const { code } = await response.json();
      said.push(response.status === 200 ? 200 : code);
    }
    return said;
  };
  const missing = "endpoint_not_available";

  test("that has neither form is said not to have it, and is not asked again", async () => {
    expect(await rankBy("bare", "bare")).toEqual([missing, missing]);
    expect(paths).toEqual(["/v1/rerank", "/rerank"]);
  });

  test("that has several models is not asked in words that name none: another one might answer", async () => {
    expect(await rankBy("several", "another")).toEqual([missing, missing]);
    expect(paths).toEqual(["/v1/rerank"]);
  });

  test("that does not rank with one of its models ranks with the others", async () => {
    expect(await rankBy("chats")).toEqual([missing]);
    Object.assign(others["one of two"]?.answers ?? {}, { "/v1/rerank": ranked });
    expect(await rankBy("chats", "ranks")).toEqual([missing, 200]);
    expect(paths).toEqual(["/v1/rerank", "/v1/rerank"]);
  });

  test("that does not rank with its only model is not asked in the other form", async () => {
    expect(await rankBy("only", "only")).toEqual([missing, missing]);
    expect(paths).toEqual(["/v1/rerank"]);
  });

  test("that has the usual form after an upgrade is asked in that", async () => {
    expect(await rankBy("upgraded")).toEqual([200]);
    const { answers = {} } = others.upgraded ?? {};
    delete answers["/rerank"];
    answers["/v1/rerank"] = ranked;
    expect(await rankBy("upgraded", "upgraded")).toEqual([200, 200]);
    expect(paths).toEqual(["/v1/rerank", "/rerank", "/rerank", "/v1/rerank", "/v1/rerank"]);
  });

  test("of which the operator says that it has the endpoint is asked as usual only, and its 404 passed on", async () => {
    expect(await rankBy("stated", "stated")).not.toContain(missing);
    expect(paths).toEqual(["/v1/rerank", "/v1/rerank"]);
  });

  test("that says it is text-embeddings-inference is asked in its form whatever the operator says", async () => {
    expect(await rankBy("said", "said")).toEqual([200, 200]);
    expect(paths).toEqual(["/v1/rerank", "/rerank", "/rerank"]);
  });
});
