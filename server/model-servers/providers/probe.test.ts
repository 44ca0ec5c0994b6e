import https from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { operatorRules } from "@/server/platform/addresses";
import { selfSigned } from "@/tests/support/fakes/certificate";
import { closedUrl, startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { type ProbeFailed, probe } from "./probe";

const guard = { rules: () => operatorRules };
let server: TestServer;

beforeAll(async () => {
  server = await startHttpServer(() => ({ body: {} }));
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
});

const ids = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `model-${i}` }));
const test1 = (models?: { id: string; upstream: string }[], key?: string) =>
  probe({ name: "one", url: `${server.url}/v1`, ...(key && { key }), ...(models && { models }) }, guard);
const failure = (asked: Promise<unknown>) =>
  asked.then(
    (said) => ({ said }),
    ({ field, sentence }: ProbeFailed) => ({ field, sentence }),
  );

test("MP-02 a provider is asked for its list and called once, with its key", async () => {
  server.answer = ({ url }) => ({ body: url.endsWith("/models") ? { data: ids(2) } : { choices: [] } });
  expect(await test1(undefined, "sk-1")).toMatch(/^It lists 2 models\. model-0 answered a call in \d+ ms\.$/);
  expect(server.requests.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
    ["GET", "/v1/models", "Bearer sk-1"],
    ["POST", "/v1/chat/completions", "Bearer sk-1"],
  ]);
  expect(JSON.parse(server.requests[1]?.body ?? "")).toMatchObject({ model: "model-0", max_tokens: 1 });
});

test("MP-02 what is stated is called by the provider's name for it, also where there is no list", async () => {
  server.answer = ({ url }) => (url.endsWith("/models") ? { status: 404, body: "no" } : { body: {} });
  expect(await test1([{ id: "ours", upstream: "theirs" }])).toMatch(/^It has no list of models\. theirs answered/);
  server.answer = ({ url }) => ({ body: url.endsWith("/models") ? { data: ids(10_000) } : {} });
  expect(await test1([{ id: "ours", upstream: "model-9" }])).toContain("It lists 10,000 models. model-9 answered");
  expect(await failure(test1([{ id: "ours", upstream: "theirs" }]))).toMatchObject({ field: "models" });
});

test.each<[string, TestServer["answer"], string, RegExp]>([
  ["a key that is refused", () => ({ status: 401, body: {} }), "key", /does not accept this key/],
  ["no list", () => ({ status: 404, body: {} }), "address", /end in \/v1/],
  ["a failure", () => ({ status: 500, body: {} }), "address", /status 500/],
  ["a page", () => ({ body: "<html>hello" }), "address", /not with a list of models/],
  ["another shape", () => ({ body: { models: [] } }), "address", /not with a list of models/],
  ["an empty list", () => ({ body: { data: [{ nothing: 1 }] } }), "address", /lists no models/],
  ["10,000 models", () => ({ body: { data: ids(10_000) } }), "models", /lists 10,000 models/],
  ["a list of 5 MB", () => ({ body: `{"data":["${"x".repeat(5 << 20)}"]}` }), "address", /longer than 4 MB/],
  ["a nesting", () => ({ body: `{"data":${"[".repeat(90)}${"]".repeat(90)}}` }), "address", /too large to read/],
  ["a redirect", () => ({ status: 302, body: "", headers: { location: "/v2/models" } }), "address", /redirects/],
  [
    "a key that opens the list and no call",
    ({ url }) => (url.endsWith("/models") ? { body: { data: ids(1) } } : { status: 403, body: {} }),
    "key",
    /does not accept this key/,
  ],
])("MP-02 %s is said at its field", async (_, answer, field, sentence) => {
  server.answer = answer;
  expect(await failure(test1())).toEqual({ field, sentence: expect.stringMatching(sentence) });
});

test("MP-02 a server that hangs is given up after 5 seconds", { timeout: 20_000 }, async () => {
  server.answer = () => new Promise(() => {});
  expect(await failure(test1())).toEqual({ field: "address", sentence: expect.stringContaining("within 5 seconds") });
});

test("MP-02 nothing that listens, a name that is none, another certificate, no https, a metadata address", async () => {
  const at = (url: string) => failure(probe({ name: "one", url }, guard));
  expect(await at(`${await closedUrl()}/v1`)).toMatchObject({ sentence: expect.stringContaining("Nothing listens") });
  expect(await at(`https://127.0.0.1:${new URL(server.url).port}/v1`)).toMatchObject({
    sentence: "The server does not speak https at this address.",
  });
  expect(await at("http://127.0.0.1:22/v1")).toMatchObject({ sentence: expect.stringContaining("another service") });
  expect(await at("http://169.254.169.254/v1")).toMatchObject({ sentence: expect.stringContaining("cloud keeps") });
  const { certificate: cert, key } = selfSigned();
  const secure = https.createServer({ cert, key }, (_, response) => response.end("{}"));
  await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
  expect(await at(`https://127.0.0.1:${(secure.address() as AddressInfo).port}/v1`)).toMatchObject({
    sentence: expect.stringContaining("signed by itself"),
  });
  secure.close();
});
