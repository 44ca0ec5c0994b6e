import http from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

/** Text-embeddings-inference takes so many texts at a time, unless it is started with another number. */
const most = 32;

type Asked = { url: string; body: Record<string, unknown> & { input?: unknown[]; texts?: string[] } };
type Other = { status?: number; body: unknown } | undefined;
type Odd = (part: number, body: Asked["body"], left: Promise<void>) => Other | Promise<Other>;

const servers: http.Server[] = [];
let gateway: TestGateway;
let key: string;
const asked: Asked[] = [];
/** How the part of this number, from 1 on, is answered otherwise. */
let odd: Odd = () => undefined;
let saysTokens = true;

/** Starts a server like it, with one model. `says`: its `/info` says how many texts it takes. */
async function startServer(
  kind: "embedding" | "reranker",
  id: string,
  { says = true, takes = most, isTei = true } = {},
): Promise<string> {
  const server = http.createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { url = "" } = request;
    const send = (status: number, body: unknown, headers = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    if (url === "/v1/models" && !isTei) return send(200, { object: "list", data: [{ id }] });
    if (url === "/info" && isTei)
      return send(200, {
        ...{ model_id: id, model_type: { [kind]: {} }, max_input_length: 512 },
        ...(says && { max_client_batch_size: takes }),
      });
    if (request.method !== "POST" || url !== (kind === "reranker" ? "/rerank" : "/v1/embeddings")) return send(404, {});
    const body: Asked["body"] = JSON.parse(Buffer.concat(parts).toString());
    asked.push({ url, body });
    const left = new Promise<void>((resolve) => response.once("close", resolve));
    const other = await odd(asked.length, body, left);
    if (other) return send(other.status ?? 200, other.body);
    const { input = [], texts = input as string[] } = body;
    const message = `batch size ${texts.length} > maximum allowed batch size ${takes}`;
    if (texts.length > takes && typeof texts[0] !== "number")
      return send(413, { error: message, error_type: "Validation" });
    if (kind === "reranker") {
      const ranks = texts.map((text, index) => ({ index, score: Number(text.slice(1)) / 1_000 }));
      return send(200, ranks.reverse(), saysTokens ? { "x-compute-tokens": String(texts.length * 7) } : {});
    }
    const data = texts.map((text, index) => ({ object: "embedding", index, embedding: [text.length, index, 0.1] }));
    const tokens = texts.length * 3;
    return send(200, {
      object: "list",
      data,
      model: id,
      ...(saysTokens && { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
    });
  });
  servers.push(server);
  return `${await listen(server)}/v1`;
}

beforeAll(async () => {
  gateway = await startGatewayTo([
    { name: "embeds", url: await startServer("embedding", "embeds") },
    { name: "ranks", url: await startServer("reranker", "ranks") },
    { name: "silent", url: await startServer("embedding", "silent", { says: false }) },
    { name: "echoes", url: await startServer("embedding", "echoes", { says: false }) },
    { name: "embeds-more", url: await startServer("embedding", "embeds-more", { takes: 10_000 }) },
    { name: "takes-all", url: await startServer("embedding", "takes-all", { isTei: false, takes: 1_000_000 }) },
    { name: "ranks-more", url: await startServer("reranker", "ranks-more", { takes: 10_000 }) },
  ]);
  const acme = await workspace();
  key = await newKey(acme);
});
beforeEach(() => {
  resetMetering();
  asked.length = 0;
  odd = () => undefined;
  saysTokens = true;
});
afterAll(async () => {
  await gateway.close();
  await Promise.all(servers.map(closeNow));
});

const settlement = () => metering().settlements.at(-1);
const lengths = () => asked.map(({ body }) => (body.input ?? body.texts)?.length);

async function post(path: string, body: unknown) {
  const response = await gateway.post(path, key, body);
  return { response, body: await response.json() };
}

describe("more texts than a server takes at a time", () => {
  const texts = Array.from({ length: 70 }, (_, i) => (i % 9 === 0 ? `„${i}“, "\\[,]` : "x".repeat(i)));

  test("are embedded in parts, and are one answer in their order, charged for all that the server counted", async () => {
    const sent = JSON.stringify({ user: "me", input: texts, model: "embeds", encoding_format: "float" }, null, 2);
    const { response, body } = await post("/v1/embeddings", sent);
    expect(response.status).toBe(200);
    expect(asked.map((each) => each.body)).toEqual(
      [texts.slice(0, 32), texts.slice(32, 64), texts.slice(64)].map((input) => ({
        ...{ user: "me", input, model: "embeds", encoding_format: "float" },
      })),
    );
    expect(body).toEqual({
      object: "list",
      model: "embeds",
      data: texts.map((text, index) => ({ object: "embedding", index, embedding: [text.length, index % 32, 0.1] })),
      usage: { prompt_tokens: 210, total_tokens: 210 },
    });
    expect(metering().reservations).toHaveLength(1);
    expect(metering().settlements).toMatchObject([
      { status: 200, usageSource: "reported", usage: { promptTokens: 210, completionTokens: 0 } },
    ]);
  });

  test("are ranked in parts, the best of all first", async () => {
    const documents = Array.from({ length: 100 }, (_, i) => `d${(i * 37) % 100}`);
    const { body } = await post("/v1/rerank", {
      model: "ranks",
      query: "q",
      documents,
      top_n: 3,
      return_documents: true,
    });
    expect(lengths()).toEqual([32, 32, 32, 4]);
    expect(body.results).toEqual(
      ["d99", "d98", "d97"].map((text, i) => ({
        ...{ index: documents.indexOf(text), relevance_score: (99 - i) / 1_000, document: { text } },
      })),
    );
    expect(body.usage).toEqual({ prompt_tokens: 700, total_tokens: 700 });
    expect(settlement()).toMatchObject({ usageSource: "reported", usage: { promptTokens: 700 } });
  });

  test("are sent in parts to a server that has not said so before, once it refuses them for that", async () => {
    await post("/v1/embeddings", { model: "silent", input: texts });
    expect(lengths()).toEqual([70, 32, 32, 6]);
    const { body } = await post("/v1/embeddings", { model: "silent", input: texts });
    expect(body.data).toHaveLength(70);
    expect(lengths().slice(4)).toEqual([32, 32, 6]);
  });

  test("are charged by an estimate where the server counts none, or a part is without", async () => {
    odd = (part) => {
      saysTokens = part !== 2;
      return undefined;
    };
    const { body } = await post("/v1/embeddings", { model: "embeds", input: texts });
    expect(body.usage).toBeUndefined();
    expect(settlement()).toMatchObject({ status: 200, usageSource: "estimated" });
  });

  test.each<[string, Odd, number, string]>([
    [
      "is refused",
      () => ({ status: 422, body: { message: "too long", code: 422, type: "Tokenizer" } }),
      422,
      "model_server_refused_request",
    ],
    ["fails", () => ({ status: 500, body: { message: "out of memory" } }), 500, "model_server_failed"],
    ["is answered with no list", () => ({ body: { object: "list" } }), 502, "model_server_invalid"],
    [
      "is answered with an index that is none of it",
      () => ({ body: { data: [{ index: 32, embedding: [] }] } }),
      502,
      "model_server_invalid",
    ],
    [
      "is answered with what would be a large tree",
      () => ({ body: { data: Array(200_000).fill([]) } }),
      502,
      "model_server_invalid",
    ],
  ])("are refused as a whole, and free, when one of the parts %s", async (_, answer, status, code) => {
    odd = (part, ...rest) => (part === 2 ? answer(part, ...rest) : undefined);
    const { response, body } = await post("/v1/embeddings", { model: "embeds", input: texts });
    expect([response.status, body.code]).toEqual([status, code]);
    expect(settlement()).toMatchObject({ usageSource: "none", usage: null });
  });
});

test("once the client leaves while parts are asked for no more are, and all is charged as of other answers that are left", async () => {
  const leaving = new AbortController();
  odd = async (part, _, left) => {
    if (part !== 2) return;
    leaving.abort();
    await left;
    return { body: {} };
  };
  const input = Array.from({ length: 200 }, () => "a text");
  const sent = gateway.post("/v1/embeddings", key, { model: "embeds", input }, { signal: leaving.signal });
  await expect(sent).rejects.toThrow();
  await expect.poll(settlement).toMatchObject({ status: 499, errorCode: "client_gone", usageSource: "estimated" });
  expect(settlement()?.usage?.promptTokens).toBe(metering().reservations[0]?.promptTokens);
  expect(lengths()).toEqual([32, 32]);
});

test("a server that answers with a text of the request is not taken at the client's word, nor for another workspace", async () => {
  const said = "batch size 3 > maximum allowed batch size 1";
  const ask = (input: string[]) => post("/v1/embeddings", { model: "echoes", input });
  odd = (_, { input }) => ({ status: 422, body: { error: String(input?.[0]) } });
  expect((await ask([said, "b", "c"])).response.status).toBe(422);
  odd = () => undefined;
  await ask(["a", "b", "c"]);
  expect(lengths()).toEqual([3, 3]);
  const other = await workspace();
  const otherKey = await newKey(other);
  asked.length = 0;
  await gateway.post("/v1/embeddings", otherKey, { model: "silent", input: Array.from({ length: 40 }, () => "a") });
  expect(lengths()).toEqual([40, 32, 8]);
});

test("a server that repeats what it was sent within more is not taken at the client's word", async () => {
  const said = "batch size 3 > maximum allowed batch size 1";
  odd = (_, { input }) => ({ status: 422, body: { message: `cannot read ${input}`, detail: [{ input, msg: said }] } });
  const { response } = await post("/v1/embeddings", { model: "echoes", input: [said, "b", "c"] });
  expect(response.status).toBe(422);
  odd = () => undefined;
  await post("/v1/embeddings", { model: "echoes", input: ["a", "b", "c"] });
  expect(lengths()).toEqual([3, 3]);
});

describe("of more texts than one answer has room for", () => {
  const some = (count: number) => Array.from({ length: count }, (_, i) => `d${i % 1_000}`);

  test.each([
    ["/v1/embeddings", "embeds-more", "input", "data"],
    ["/v1/rerank", "ranks-more", "documents", "results"],
  ])(
    "as many as there is room for are answered by %s, and more are refused before any is asked for",
    async (path, model, param, list) => {
      const query = path === "/v1/rerank" ? { query: "q" } : {};
      const full = await post(path, { model, ...query, [param]: some(30_000) });
      expect([full.response.status, full.body[list]?.length]).toEqual([200, 30_000]);
      expect(lengths().slice(-3)).toEqual([10_000, 10_000, 10_000]);
      asked.length = 0;
      for (const count of [30_001, 100_001]) {
        const { response, body } = await post(path, { model, ...query, [param]: some(count) });
        expect([response.status, body.code, body.param]).toEqual([422, "invalid_request", param]);
        expect(body.message).toContain("30,000");
        expect(settlement()).toMatchObject({ usageSource: "none" });
      }
      expect(asked).toEqual([]);
    },
  );

  test("a server that takes all at once answers as many as its answer has room for; more are refused by name", async () => {
    const many = await post("/v1/embeddings", { model: "takes-all", input: some(40_000) });
    expect([many.response.status, many.body.data?.length, lengths()]).toEqual([200, 40_000, [40_000]]);
    const { response, body } = await post("/v1/embeddings", { model: "takes-all", input: some(340_000) });
    expect([response.status, body.code, body.param]).toEqual([422, "invalid_request", "input"]);
    expect(body.message).toBe(
      "input has 340,000 texts, and the answer to them is longer than 128 MB, or says too much. Send fewer in one request.",
    );
    expect(settlement()).toMatchObject({ status: 422, usageSource: "none" });
  });

  test("those whose vectors are too long are given up after the first part", async () => {
    const embedding = Array(1_000).fill(0.123456);
    odd = (_, { input = [] }) => ({ body: { data: input.map((_, index) => ({ index, embedding })) } });
    const { response, body } = await post("/v1/embeddings", { model: "embeds", input: some(30_000) });
    expect([response.status, body.code, body.param]).toEqual([422, "invalid_request", "input"]);
    expect(lengths()).toEqual([32]);
  });
});

test.each<[string, object, number]>([
  ["as many as it takes", { input: Array.from({ length: most }, () => "a") }, most],
  ["one text, in tokens", { input: Array.from({ length: 100 }, (_, i) => i) }, 100],
])("%s are sent as they came", async (_, more, length) => {
  await post("/v1/embeddings", { model: "embeds", ...more });
  expect(lengths()).toEqual([length]);
});
