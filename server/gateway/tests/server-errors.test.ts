import { Mistral } from "@mistralai/mistralai";
import { Mistral as MistralV1 } from "mistralai-v1";
import { Mistral as MistralV24 } from "mistralai-v2-4";
import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, type FakeModelServer, json, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGateway, startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";
import { engineErrors } from "@/tests/support/server-errors/engines";
import { proxyErrors } from "@/tests/support/server-errors/proxies";
import type { ServerError } from "@/tests/support/server-errors/server-error";
import { serviceErrors } from "@/tests/support/server-errors/services";

replaceMetering();

const chat = "/v1/chat/completions";
const hello = { model: "small", messages: [{ role: "user" as const, content: "Hello" }] };

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;

const settings = () => ({
  MODEL_SERVER_URL: undefined,
  MODEL_SERVERS: JSON.stringify([{ name: "one", url: upstream.url, key: "upstream-key", models: ["small"] }]),
});

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGateway(settings());
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

const answerOf = ({ body, status, headers }: ServerError) => json(body, status, { "x-secret": "secret-", ...headers });
const inShape = ({ message, type, code, param }: Omit<ServerError["clientError"], "detail">) => ({
  ...{ object: "error", message, type, code, param: param ?? null },
  error: { message, type, code, param: param ?? null },
});
const noSecret = (text: string) => expect(text).not.toMatch(/secret-|upstream-key|127\.0\.0\.1|10\.0\.0\.5/);

describe.each([...engineErrors, ...serviceErrors, ...proxyErrors])("$title ($status)", (each) => {
  const { clientError, status } = each;

  test.each([false, true])("is told in the shapes of both client families (stream: %s)", async (isStreamed) => {
    upstream.answer = answerOf(each);
    const response = await gateway.post(chat, key, { ...hello, stream: isStreamed });
    const text = await response.text();
    noSecret(text + JSON.stringify([...response.headers]));
    expect(response.status).toBe(clientError.status ?? status);
    const { detail, ...said } = JSON.parse(text);
    expect(said).toEqual(inShape(clientError));
    expect(detail).toEqual(
      clientError.detail ??
        (status === 422 ? [{ type: clientError.code, loc: ["body"], msg: clientError.message }] : undefined),
    );
    expect(response.headers.get("retry-after")).toBe(clientError.retryAfter ?? null);
    expect(response.headers.get("x-should-retry")).toBe(clientError.shouldRetry ?? null);
    expect(upstream.asked).toHaveLength(1);
    expect(metering().settlements).toMatchObject([
      {
        status: clientError.status ?? status,
        errorCode: clientError.code,
        usage: null,
        usageSource: "none",
        modelServer: "one",
      },
    ]);
  });

  test("reads the same to OpenAI's client and to Mistral's", async () => {
    upstream.answer = answerOf(each);
    const openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const error = await openai.chat.completions.create(hello).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    const { message, type, code, param = null } = clientError;
    expect(error).toMatchObject({ status: clientError.status ?? status, type, code, param });
    expect(error.message).toContain(message);
    for (const client of [Mistral, MistralV24, MistralV1]) {
      const mistral = new client({ apiKey: key, serverURL: gateway.url });
      const attempt = mistral.chat.complete({ model: "small", messages: hello.messages });
      const thrown = await attempt.then(
        () => undefined,
        (reason) => reason,
      );
      expect(thrown).toMatchObject({ statusCode: clientError.status ?? status });
      if (status === 422) expect(thrown.detail[0].msg).toBe(clientError.detail ? "Field required" : message);
      else expect(JSON.parse(thrown.body)).toMatchObject({ message, type, code });
    }
  });
});

describe("an error within a stream", () => {
  const good = `data: ${chunk("Hello")}\n\n`;
  const events: [string, string][] = [
    [
      "vLLM",
      'data: {"error": {"message": "Broken", "type": "InternalServerError", "param": null, "code": 500}}\n\ndata: [DONE]\n\n',
    ],
    [
      "vLLM before 0.10",
      'data: {"object":"error","message":"Broken","type":"InternalServerError","param":null,"code":500}\n\n',
    ],
    ["llama.cpp", 'error: {"code":500,"message":"Broken","type":"InternalServerError"}\n\n'],
    ["Ollama", 'data: {"error":{"message":"Broken","type":"InternalServerError","param":null,"code":null}}\n\n'],
    ["TGI", 'event: error\ndata: {"error":"Broken","error_type":"InternalServerError"}\n\n'],
    [
      "OpenRouter",
      'data: {"id":"x","object":"chat.completion.chunk","error":{"code":502,"message":"Broken","type":"InternalServerError"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n',
    ],
    [
      "LiteLLM",
      'data: {"error": {"message": "Broken", "type": "InternalServerError", "param": "None", "code": "500"}}\n\n',
    ],
    ["Google", 'data: [{"error": {"code": 500, "message": "Broken", "status": "InternalServerError"}}]\n\n'],
  ];

  test.each(events)("of %s is what the clients throw, after what came before it", async (_, event) => {
    upstream.answer = stream([good + event]);
    const openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1` });
    let text = "";
    const read = async () => {
      for await (const part of await openai.chat.completions.create({ ...hello, stream: true }))
        text += part.choices[0]?.delta.content ?? "";
    };
    const error = await read().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ message: "Broken", type: "InternalServerError", code: "model_server_failed" });
    expect(text).toBe("Hello");
    for (const client of [Mistral, MistralV24, MistralV1]) {
      let heard = "";
      const reading = async () => {
        const answer = await new client({ apiKey: key, serverURL: gateway.url }).chat.stream({
          model: "small",
          messages: hello.messages,
        });
        for await (const { data } of answer) heard += data.choices[0]?.delta.content;
      };
      await expect(reading()).rejects.toThrow();
      expect(heard).toBe("Hello");
    }
    expect(metering().settlements).toMatchObject(
      Array(4).fill({ usageSource: "estimated", usage: { completionTokens: 2 } }),
    );
  });

  test("comments that keep the connection are nothing to the clients", async () => {
    const whole = stream([good, `data: ${chunk("", { finish: "stop" })}\n\n`, "data: [DONE]\n\n"]);
    upstream.answer = (...call) => void setTimeout(() => whole(...call), 350);
    // Of its own: under load such a comment would come before an error, and its status could not be told any more.
    const eager = await startGateway({ ...settings(), STREAM_COMMENT_MS: "100" });
    const openai = new OpenAI({ apiKey: key, baseURL: `${eager.url}/v1` });
    let text = "";
    for await (const part of await openai.chat.completions.create({ ...hello, stream: true }))
      text += part.choices[0]?.delta.content ?? "";
    for (const client of [Mistral, MistralV24, MistralV1]) {
      const answer = await new client({ apiKey: key, serverURL: eager.url }).chat.stream({
        model: "small",
        messages: hello.messages,
      });
      for await (const { data } of answer) text += data.choices[0]?.delta.content;
    }
    expect(text).toBe("Hello".repeat(4));
    await eager.close();
  });
});

test.each([
  ["a context that is too long", 400, { error: { message: "x", code: "context_length_exceeded" } }, 1],
  ["what was filtered", 400, { error: { message: "x", code: "content_filter" } }, 1],
  ["a quota that is used up", 429, { error: { message: "x", code: "insufficient_quota" } }, 1],
  ["credits that are used up", 402, { error: { message: "x" } }, 1],
  ["a server that is busy", 429, { error: { message: "x" } }, 3],
  ["a model that is loading", 503, { error: { message: "Loading model" } }, 3],
  ["a server that failed", 500, { error: { message: "x" } }, 3],
])("OpenAI's client, as it is, asks again or not: %s", async (_, status, body, requests) => {
  upstream.answer = json(body, status, { "retry-after": "0" });
  const openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1` });
  await expect(openai.chat.completions.create(hello)).rejects.toMatchObject({ status });
  expect(upstream.asked).toHaveLength(requests);
});

test("of a server's words its addresses, keys and headers are removed, and nothing else", async () => {
  const servers = [
    { name: "one", url: "https://gpu.example.com:8443/v1", key: "upstream.key+1" },
    { name: "other", url: "http://ollama:11434/v1", key: "EMPTY" },
  ];
  const other = await startGatewayTo(servers);
  const [{ redactorOf }, { modelServers }] = await Promise.all([
    import("@/server/gateway/errors/redact"),
    import("@/server/model-servers/registry"),
  ]);
  const [server] = modelServers();
  if (!server) throw new Error("there is no server");
  const redact = redactorOf(server);
  const cases: [string, string][] = [
    ["POST https://gpu.example.com:8443/v1/chat/completions failed", "POST [removed] failed"],
    ["at gpu.example.com, port 8443", "at [removed], port 8443"],
    ["Cannot connect to host gpu.example.com:8443 ssl:default", "Cannot connect to host [removed] ssl:default"],
    ["http://ollama:11434/api: ollama:11434 refused, says ollama", "[removed] [removed] refused, says ollama"],
    ["key upstream.key+1 is wrong", "key [removed] is wrong"],
    ["Authorization: Bearer abc.def", "Authorization: Bearer [removed]"],
    ['{"x-api-key": "abcdef", "a": 1}', '{"x-api-key": [removed], "a": 1}'],
    ["Incorrect API key provided: sk-proj-abc***xyz.", "Incorrect API key provided: [removed]"],
    ["see http://192.168.1.7:9000/metrics or 172.16.0.9", "see [removed] or [removed]"],
    ["dial tcp 127.0.0.1:8000: connection refused; localhost:3", "dial tcp [removed]: connection refused; [removed]"],
    [
      "version 10.2.3 of https://platform.openai.com/docs?x=1, 8.8.8.8",
      "version 10.2.3 of https://platform.openai.com/docs?x=1, 8.8.8.8",
    ],
    [
      "my-gpu.example.com.evil and gpu.example.community stay",
      "my-gpu.example.com.evil and gpu.example.community stay",
    ],
  ];
  expect(cases.map(([text]) => redact(text))).toEqual(cases.map(([, left]) => left));
  await other.close();
});
