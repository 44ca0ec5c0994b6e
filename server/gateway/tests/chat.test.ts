import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { env } from "@/server/platform/env";
import { owner } from "@/tests/support/database";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, type TestWorkspace, workspace } from "@/tests/support/people";

replaceMetering();

const chat = "/v1/chat/completions";
const hello = { model: "small", messages: [{ role: "user", content: "Hello" }] };

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let key: string;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGatewayTo(
    [
      {
        name: "one",
        url: upstream.url,
        key: "upstream-key",
        models: ["small", { id: "public", upstream: "their/name" }],
      },
    ],
    { GATEWAY_MAX_BODY_MB: "10" },
  );
  acme = await workspace();
  key = await newKey(acme);
});
beforeEach(() => {
  resetMetering();
  upstream.answer = json(completion);
  upstream.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const idOf = (secret: string) => secret.slice(4, 16);

test("a chat goes to the model server and back to the byte, and is reserved and settled once", async () => {
  const odd =
    '{ "id":"x", "object":"chat.completion","model":"small","choices":[ ],"new_field": 1.0,\n "usage":{"prompt_tokens":9,"completion_tokens":3}}';
  upstream.answer = json(odd);
  const sent =
    '{"messages":[{"role":"user","content":"Hé \\u00e9"}] , "model":"small","temperature":1.0,"max_tokens":20}';
  const response = await gateway.post(chat, key, sent);
  expect([response.status, await response.text()]).toEqual([200, odd]);
  expect(upstream.asked.map(({ text, url }) => [text, url])).toEqual([[sent, "/v1/chat/completions"]]);
  const id = response.headers.get("x-request-id");
  expect(metering().reservations).toEqual([
    {
      id,
      workspaceId: acme.id,
      keyId: idOf(key),
      memberId: acme.admin.person.id,
      model: "small",
      upstreamModel: "small",
      route: null,
      operation: "chat",
      isStreamed: false,
      promptTokens: Math.ceil(Buffer.byteLength(sent) / 4),
      completionTokens: 20,
      seconds: 3660,
    },
  ]);
  expect(metering().settlements).toEqual([
    {
      workspaceId: acme.id,
      id,
      status: 200,
      errorCode: null,
      usage: { promptTokens: 9, completionTokens: 3 },
      usageSource: "reported",
      firstByteMs: expect.any(Number),
      totalMs: expect.any(Number),
      modelServer: "one",
      upstreamModel: "small",
      failover: null,
    },
  ]);
});

test("of the headers two go up and one comes down; no key crosses", async () => {
  upstream.answer = json(completion, 200, {
    "content-type": "application/json; charset=utf-8",
    server: "uvicorn",
    "set-cookie": "a=b",
    "x-ratelimit-remaining-requests": "7",
    "openai-organization": "acme",
    "access-control-allow-origin": "*",
  });
  const response = await gateway.post(`${chat}?api_key=1`, key, hello, {
    headers: {
      accept: "application/json, x/y",
      cookie: "a=b",
      "x-api-key": "mine",
      "openai-organization": "mine",
      "x-forwarded-for": "203.0.113.9",
      "user-agent": "mine",
    },
  });
  expect(upstream.asked[0]?.url).toBe("/v1/chat/completions");
  expect(upstream.asked[0]?.headers).toEqual({
    host: new URL(upstream.url).host,
    connection: "keep-alive",
    "content-type": "application/json",
    accept: "application/json, x/y",
    "content-length": String(JSON.stringify(hello).length),
    authorization: "Bearer upstream-key",
  });
  const ours = ["connection", "content-length", "date", "keep-alive"];
  expect([...response.headers.keys()].filter((name) => !ours.includes(name)).sort()).toEqual([
    "cache-control",
    "content-type",
    "x-atelier-model-server",
    "x-request-id",
  ]);
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("where a model has another name at its server, that is all that changes, there and back", async () => {
  upstream.answer = json('{"model" : "their/name","choices":[],"a":{"model":"their/name"}}');
  const response = await gateway.post(chat, key, '{"a":{"model":"public"},"model": "public" ,"messages":[]}');
  expect(upstream.asked[0]?.text).toBe('{"a":{"model":"public"},"model": "their/name" ,"messages":[]}');
  expect(await response.text()).toBe('{"model" : "public","choices":[],"a":{"model":"their/name"}}');
  expect(metering().reservations).toMatchObject([{ model: "public", upstreamModel: "their/name" }]);
  expect((await gateway.post(chat, key, { ...hello, model: "their/name" })).status).toBe(404);
});

test("embeddings: only the prompt is counted", async () => {
  upstream.answer = json({
    object: "list",
    data: [{ embedding: [0.5] }],
    usage: { prompt_tokens: 4, total_tokens: 4 },
  });
  const response = await gateway.post("/v1/embeddings", key, { model: "small", input: "Hello" });
  expect(response.status).toBe(200);
  expect(metering()).toMatchObject({
    reservations: [{ operation: "embeddings", completionTokens: 0 }],
    settlements: [{ usage: { promptTokens: 4, completionTokens: 0 }, usageSource: "reported" }],
  });
});

test.each<[string, object, number]>([
  ["max_tokens", { max_tokens: 10 }, 10],
  ["the newer name", { max_completion_tokens: 11 }, 11],
  ["both", { max_completion_tokens: 11, max_tokens: 12 }, 12],
  ["several answers", { max_tokens: 10, n: 3 }, 30],
  ["neither", {}, 4_096],
  ["nulls", { max_tokens: null, n: null, stream: null, stream_options: null }, 4_096],
])("with %s it is reserved what may be produced at most", async (_, more, most) => {
  expect((await gateway.post(chat, key, { ...hello, ...more })).status).toBe(200);
  expect(metering().reservations).toMatchObject([{ completionTokens: most }]);
});

test.each<[string, unknown, string | null]>([
  ["no model", { messages: [] }, "model"],
  ["a model that is no text", { model: 7 }, "model"],
  ["no tokens", { ...hello, max_tokens: 0 }, "max_tokens"],
  ["half a token", { ...hello, max_tokens: 1.5 }, "max_tokens"],
  ["tokens as text", { ...hello, max_completion_tokens: "5" }, "max_completion_tokens"],
  ["more tokens than the model's context", { ...hello, max_tokens: 8_193 }, "max_tokens"],
  ["too many answers", { ...hello, n: 129 }, "n"],
  ["stream as text", { ...hello, stream: "true" }, "stream"],
  ["options as a list", { ...hello, stream_options: [] }, "stream_options"],
  ["a list", [], null],
  ["null", "null", null],
  ["no JSON", '{"model":', null],
  ["nothing", "", null],
  ["two models", '{"model":"small","model":"public"}', "model"],
  ["two models, one of them disguised", '{"model":"small","m\\u006fdel":"public"}', "model"],
  ["a model in capitals", '{"model":"small","Model":"public"}', "model"],
  ["the long s", '{"model":"small","max_tokenſ":1}', "max_tokens"],
])("V1 a request with %s is a 422 in both clients' shapes", async (_, body, param) => {
  const response = await gateway.post(chat, key, body);
  expect(response.status).toBe(422);
  const said = await response.json();
  expect(said).toMatchObject({
    object: "error",
    param,
    error: { type: "invalid_request_error", code: "invalid_request", param },
    detail: [{ loc: param ? ["body", param] : ["body"], msg: said.message, type: "invalid_request" }],
  });
  expect([upstream.asked, metering().reservations]).toEqual([[], []]);
});

test("a body that is no UTF-8 is a 422", async () => {
  const body = Buffer.from('{"model":"small","x":"\xff"}', "latin1");
  expect((await gateway.post(chat, key, "", { body })).status).toBe(422);
});

test.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonp",
  "",
])("BI-11 a Content-Type of %j is a 415", async (type) => {
  const response = await gateway.post(chat, key, hello, { headers: { "content-type": type } });
  expect([response.status, (await response.json()).code]).toEqual([415, "unsupported_media_type"]);
});

test.each(["application/json; charset=utf-8", "Application/JSON;charset=UTF8", "application/json; profile=x"])(
  "a Content-Type of %j is JSON",
  async (type) => {
    expect((await gateway.post(chat, key, hello, { headers: { "content-type": type } })).status).toBe(200);
  },
);

test("a body that is compressed is a 415", async () => {
  const response = await gateway.post(chat, key, hello, { headers: { "content-encoding": "gzip" } });
  expect(response.status).toBe(415);
});

describe("a body of more than 10 MB is a 413", () => {
  const long = JSON.stringify({ ...hello, padding: "x".repeat(10 * 1024 * 1024) });
  const expectTooLarge = async (response: Response) => {
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: "body_too_large", error: { code: "body_too_large" } });
    expect([upstream.asked, metering().reservations]).toEqual([[], []]);
  };

  test("when it says so", async () => expectTooLarge(await gateway.post(chat, key, long)));

  test("when it does not say how long it is", async () => {
    const body = new Blob([long]).stream();
    await expectTooLarge(await gateway.post(chat, key, "", { body, duplex: "half" } as RequestInit));
  });

  test("when it never ends: it is not read on", async () => {
    let sent = 0;
    const body = new ReadableStream({
      async pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    await expectTooLarge(await gateway.post(chat, key, "", { body, duplex: "half" } as RequestInit));
    const atAnswer = sent;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sent - atAnswer).toBeLessThan(2_000_000);
  });

  test("and one of just under 10 MB is none", async () => {
    const body = JSON.stringify({ ...hello, padding: "x".repeat(10 * 1024 * 1024 - 200) });
    expect((await gateway.post(chat, key, body)).status).toBe(200);
    expect(upstream.asked[0]?.text).toBe(body);
    // Never more than the model can read.
    expect(metering().reservations).toMatchObject([{ promptTokens: 8_192, completionTokens: 1 }]);
  });
});

test.each([
  ["chat", chat],
  ["embeddings", "/v1/embeddings"],
] as const)("a key without the scope %s is refused with a 403, before anything is read", async (scope, path) => {
  const limited = await newKey(acme);
  await owner`update api_keys set scopes = array_remove(scopes, ${scope}) where id = ${idOf(limited)}`;
  const response = await gateway.post(path, limited, "nonsense", { headers: { "content-type": "text/plain" } });
  expect([response.status, (await response.json()).code]).toEqual([403, "missing_scope"]);
  expect(metering().reservations).toEqual([]);
});

test("a key without models:read lists no models, and chats all the same", async () => {
  const limited = await newKey(acme);
  await owner`update api_keys set scopes = '{chat}' where id = ${idOf(limited)}`;
  for (const path of ["/v1/models", "/v1/models/small"]) {
    const response = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${limited}` } });
    expect([response.status, (await response.json()).error.code]).toEqual([403, "missing_scope"]);
  }
  expect((await gateway.post(chat, limited, hello)).status).toBe(200);
});

test.each(["{public}", "{p*c}"])("a key for the models %s only sees and uses those", async (models) => {
  const limited = await newKey(acme);
  await owner`update api_keys set models = ${models}::text[] where id = ${idOf(limited)}`;
  const refused = await gateway.post(chat, limited, hello);
  const { code, message } = await refused.json();
  expect([refused.status, code]).toEqual([403, "model_not_allowed"]);
  expect(message).toBe(
    `This key may not use the model small. See ${env().APP_URL}/w/${acme.slug}/models?dialog=ask%3Asmall`,
  );
  expect((await gateway.post(chat, limited, { ...hello, model: "public" })).status).toBe(200);
  const headers = { authorization: `Bearer ${limited}` };
  const { data } = await (await fetch(`${gateway.url}/v1/models`, { headers })).json();
  expect(data.map(({ id }: { id: string }) => id)).toEqual(["public"]);
  expect((await fetch(`${gateway.url}/v1/models/small`, { headers })).status).toBe(403);
  const unknown = await gateway.post(chat, limited, { ...hello, model: "unknown" });
  const missing = await unknown.json();
  expect([unknown.status, missing.code]).toEqual([404, "model_not_found"]);
  expect(missing.message).toMatch(/ See http.*\/models\?dialog=ask%3Aunknown$/);
});

test("AK-08 a key used from where it may not be is refused like any bad key, whatever the client says of itself", async () => {
  const limited = await newKey(acme);
  await owner`update api_keys set ip_ranges = '{198.51.100.0/24}' where id = ${idOf(limited)}`;
  const without = (response: Response) =>
    [...response.headers].filter(([name]) => !["x-request-id", "date"].includes(name));
  const bad = await gateway.post(chat, "atl_wrong", hello);
  const spoofed = { "x-client-address": "198.51.100.9", "x-forwarded-for": "198.51.100.9" };
  const refused = await gateway.post(chat, limited, hello, { headers: spoofed });
  expect([refused.status, without(refused), await refused.text()]).toEqual([401, without(bad), await bad.text()]);
  try {
    gateway.address = "198.51.100.9";
    expect((await gateway.post(chat, limited, hello)).status).toBe(200);
  } finally {
    gateway.address = "203.0.113.7";
  }
});

test("with when a key was used, the program and the address are noted", async () => {
  const used = await newKey(acme);
  await gateway.post(chat, used, hello, { headers: { "user-agent": `curl/8 ${"x".repeat(300)}` } });
  await vi.waitFor(async () => {
    const [row] = await owner`select last_client, last_address, last_used_at from api_keys where id = ${idOf(used)}`;
    expect(row).toEqual({
      last_client: `curl/8 ${"x".repeat(193)}`,
      last_address: "203.0.113.7",
      last_used_at: expect.any(Date),
    });
  });
});

test("a service key's request belongs to no member", async () => {
  const service = await newKey(acme);
  await owner`update api_keys set is_service = true where id = ${idOf(service)}`;
  await gateway.post(chat, service, hello);
  expect(metering().reservations).toMatchObject([{ memberId: null, keyId: idOf(service) }]);
});

describe("limits", () => {
  const refusal = {
    isGranted: false,
    scope: "key",
    whose: "key",
    span: "month",
    limit: 60,
    used: 60,
    isUnderWay: false,
    retryAfterSeconds: 7,
  } as const;

  test.each([
    [
      { reason: "requests", whose: "key:abc", slug: "acme" },
      "requests_per_minute",
      /^This key's limit of 60 requests per minute is reached: 60 are used\..* 7 seconds\. See .*\/w\/acme\/limits\?of=key%3Aabc&measure=requests$/,
    ],
    [{ reason: "requests", scope: "workspace" }, "requests_per_minute", /^The workspace's limit/],
    [{ reason: "tokens", scope: "model", limit: 90_000 }, "tokens_per_minute", /^The model's limit of 90,000 tokens/],
    [
      { reason: "spend", scope: "member", limit: 12_500_000 },
      "spend_limit",
      /^The member's spending limit of 12\.50 EUR a month is reached.* 0\.00006 EUR is used\./,
    ],
    [{ reason: "spend", span: "day", limit: 500 }, "spend_limit", /^This key's spending limit of 0\.0005 EUR a day/],
    [
      { reason: "spend", scope: "workspace", whose: "workspace", isUnderWay: true, slug: "acme" },
      "spend_under_way",
      /^The workspace's .* under way.* in 7 seconds\. See http:\/\/localhost:3000\/w\/acme\/limits\/spending\?of=workspace&span=month$/,
    ],
  ] as const)("%j is refused with which, how much and until when", async (more, code, sentence) => {
    metering().answer = () => ({ ...refusal, ...more });
    const response = await gateway.post(chat, key, hello);
    const isSpent = code === "spend_limit";
    expect(response.status).toBe(isSpent ? 402 : 429);
    const body = await response.json();
    const type = isSpent ? "insufficient_quota" : "rate_limit_error";
    expect(body).toMatchObject({ object: "error", code, error: { code, type } });
    expect(body.message).toMatch(sentence);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(response.headers.get("x-should-retry")).toBe(code === "spend_limit" ? "false" : null);
    expect([upstream.asked, metering().settlements]).toEqual([[], []]);
  });

  test("a request that can never fit is told so", async () => {
    metering().answer = () => ({ ...refusal, reason: "tokens" });
    const response = await gateway.post(chat, key, hello);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect((await response.json()).message).toContain("less than the 4,");
  });

  test("a key that ended meanwhile is a bad key", async () => {
    metering().answer = () => ({ ...refusal, reason: "key" });
    const response = await gateway.post(chat, key, hello);
    expect([response.status, (await response.json()).code]).toEqual([401, "invalid_api_key"]);
  });

  test.each([200, 500])("every answer says where the limits stand, also with %s", async (status) => {
    metering().answer = () => ({
      isGranted: true,
      requests: { limit: 60, remaining: 59, resetSeconds: 1 },
      tokens: { limit: 90_000, remaining: 80_000, resetSeconds: 7 },
    });
    upstream.answer = json(completion, status);
    const response = await gateway.post(chat, key, hello);
    expect(Object.fromEntries([...response.headers].filter(([name]) => name.startsWith("x-ratelimit")))).toEqual({
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "59",
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-limit-tokens": "90000",
      "x-ratelimit-remaining-tokens": "80000",
      "x-ratelimit-reset-tokens": "7s",
      "x-ratelimit-limit-req-minute": "60",
      "x-ratelimit-remaining-req-minute": "59",
      "x-ratelimit-limit-tokens-minute": "90000",
      "x-ratelimit-remaining-tokens-minute": "80000",
    });
  });

  test("I11 when limits cannot be asked, nothing is free: 503, and no model server hears of it", async () => {
    metering().answer = () => Promise.reject(new Error("the database is down"));
    const response = await gateway.post(chat, key, hello);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await response.json()).toMatchObject({ code: "unavailable", error: { type: "server_error" } });
    expect([upstream.asked, metering().settlements]).toEqual([[], []]);
  });
});

test.each<[string, unknown, object]>([
  ["none", undefined, { usageSource: "estimated", usage: { completionTokens: 3, promptTokens: 16 } }],
  ["null", null, { usageSource: "estimated" }],
  [
    "less than nothing",
    { prompt_tokens: -1, completion_tokens: 3 },
    { usageSource: "invalid", usage: { completionTokens: 3, promptTokens: 16 } },
  ],
  [
    "half a token",
    { prompt_tokens: 1, completion_tokens: 1.5 },
    { usageSource: "invalid", usage: { completionTokens: 3, promptTokens: 16 } },
  ],
  [
    "text",
    { prompt_tokens: "1", completion_tokens: "1" },
    { usageSource: "invalid", usage: { completionTokens: 3, promptTokens: 16 } },
  ],
  ["nothing in it", {}, { usageSource: "estimated", usage: { completionTokens: 3, promptTokens: 16 } }],
  ["only half of it", { prompt_tokens: 1 }, { usageSource: "estimated", usage: { completionTokens: 3 } }],
  [
    "several classes",
    {
      ...{ prompt_tokens: 32, completion_tokens: 9, total_tokens: 341 },
      ...{ prompt_tokens_details: { cached_tokens: 16 }, completion_tokens_details: { reasoning_tokens: 300 } },
    },
    {
      usageSource: "reported",
      usage: { promptTokens: 32, completionTokens: 309, classes: { cacheRead: 16, reasoning: 300 } },
    },
  ],
  [
    "more than can be",
    { prompt_tokens: 1, completion_tokens: 4_096_001 },
    { usageSource: "invalid", usage: { completionTokens: 3, promptTokens: 16 } },
  ],
  [
    "an explicit nothing",
    { prompt_tokens: 0, completion_tokens: 0 },
    { usageSource: "reported", usage: { promptTokens: 0, completionTokens: 0 } },
  ],
])("a usage of %s is settled as what it is, and the answer stays as it was", async (_, usage, settled) => {
  upstream.answer = json({ ...completion, usage });
  const response = await gateway.post(chat, key, hello);
  expect(await response.text()).toBe(JSON.stringify({ ...completion, usage }));
  expect(metering().settlements).toMatchObject([settled]);
});
