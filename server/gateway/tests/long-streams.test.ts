import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, type FakeModelServer, json, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGateway, startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

const chat = "/v1/chat/completions";
const hello = { model: "small", messages: [{ role: "user", content: "Hello" }], stream: true };
const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
const done = "data: [DONE]\n\n";
const event = (data: string) => `data: ${data}\n\n`;
const messagesIn = (text: string) => [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => JSON.parse(data ?? ""));
const settled = () => vi.waitFor(() => expect(metering().settlements).toHaveLength(1), { timeout: 10_000 });

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGatewayTo([{ name: "one", url: upstream.url, key: "upstream-key", models: ["small"] }], {
    UPSTREAM_IDLE_MS: "400",
  });
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

test.each([true, false])(
  "a client that does not read is cut after the time an answer may pause (stream: %s)",
  async (isStreamed) => {
    const text = "x".repeat(30_000_000);
    upstream.answer = isStreamed
      ? stream(Array(30).fill(event(chunk("x".repeat(1_000_000)))))
      : json({ choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }] });
    const body = JSON.stringify({ ...hello, stream: isStreamed });
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.on("error", () => {});
    socket.write(
      `POST ${chat} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await settled();
    if (isStreamed) expect(metering().settlements).toMatchObject([{ status: 499, errorCode: "client_gone" }]);
    // The end of the connection is seen by a client that reads at last: it gets what was on its way, and no more.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    let received = 0;
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("data", (part) => {
      received += part.length;
    });
    socket.resume();
    await closed;
    expect(received).toBeLessThan(text.length);
  },
);

describe("while nothing comes, comments keep the connection", () => {
  let waiting: TestGateway;
  beforeAll(async () => {
    waiting = await startGateway({ STREAM_COMMENT_MS: "100", UPSTREAM_IDLE_MS: "60000" });
  });
  afterAll(() => waiting.close());
  const late =
    (ms: number, answer: FakeModelServer["answer"]): FakeModelServer["answer"] =>
    (...call) =>
      void setTimeout(() => answer(...call), ms);

  test("before a server has begun to answer, and within its answer", async () => {
    const [first, second] = [event(chunk("Hel")), event(chunk("lo", { finish: "stop" }))];
    upstream.answer = late(350, async (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(first);
      await new Promise((resolve) => setTimeout(resolve, 350));
      response.end(second + done);
    });
    const text = await (await waiting.post(chat, key, hello)).text();
    expect(text).toMatch(/^(: waiting\n\n){2,}data: [^\n]+\n\n(: waiting\n\n){2,}data: /);
    expect(text.replaceAll(": waiting\n\n", "")).toBe(first + second + done);
    expect(metering().settlements).toMatchObject([{ status: 200, usageSource: "estimated" }]);
  });

  test("an error that comes after them is the last event, and costs nothing", async () => {
    upstream.answer = late(250, json({ error: { message: "Too long", code: "context_length_exceeded" } }, 400));
    const response = await waiting.post(chat, key, hello);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(messagesIn(text)).toMatchObject([{ message: "Too long", error: { code: "context_length_exceeded" } }]);
    expect(metering().settlements).toMatchObject([
      { status: 200, errorCode: "context_length_exceeded", usageSource: "none", usage: null },
    ]);
  });

  test("an answer that is not streamed gets none", async () => {
    upstream.answer = late(350, json({ choices: [], usage }));
    expect(await (await waiting.post(chat, key, { ...hello, stream: false })).json()).toEqual({ choices: [], usage });
  });
});

describe("good events and an error in one piece", () => {
  const good = event(chunk("Hel")) + event(chunk("lo"));
  const error = { error: { message: "CUDA out of memory", type: "InternalServerError", param: null, code: 500 } };

  test.each([
    ["an error", event(JSON.stringify(error)), "model_server_failed", "CUDA out of memory"],
    [
      "an error and a choice",
      event(JSON.stringify({ ...error, choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }] })),
      "model_server_failed",
      "CUDA out of memory",
    ],
    [
      "an error of another name",
      event('{"object":"error","message":"No room","type":"BadRequestError","code":400}'),
      "model_server_refused_request",
      "No room",
    ],
    ["an event that is called error", "event: error\ndata: Broken\n\n", "model_server_failed", "Broken"],
    [
      "llama.cpp's line",
      'error: {"code":500,"message":"Broken","type":"server_error"}\n\n',
      "model_server_failed",
      "Broken",
    ],
    ["garbage", "data: <html>\n\n", "model_server_invalid", "The model server gave an answer that cannot be used."],
    [
      "an event without end",
      `data: ${"x".repeat(5_000_000)}`,
      "model_server_failed",
      "The model server failed. Try again in a moment.",
    ],
  ])("reach the client with %s after them, and are what is charged", async (_, bad, code, message) => {
    upstream.answer = stream([good + bad]);
    const text = await (await gateway.post(chat, key, hello)).text();
    expect(text.startsWith(good)).toBe(true);
    expect(text).not.toContain("[DONE]");
    expect(messagesIn(text).slice(2)).toMatchObject([{ object: "error", message, code, error: { message, code } }]);
    expect(metering().settlements).toMatchObject([
      { status: 200, errorCode: code, usageSource: "estimated", usage: { promptTokens: 20, completionTokens: 2 } },
    ]);
  });

  test("an error before the first token costs nothing, also after an event without text", async () => {
    upstream.answer = stream([
      event(chunk("", { usage: { prompt_tokens: 9, completion_tokens: 0 } })),
      event(JSON.stringify(error)),
    ]);
    expect(await (await gateway.post(chat, key, hello)).text()).toContain("CUDA out of memory");
    upstream.answer = stream([event(JSON.stringify(error))]);
    expect((await gateway.post(chat, key, hello)).status).toBe(500);
    expect(metering().settlements).toMatchObject([
      { status: 200, usage: null, usageSource: "none" },
      { status: 500, usage: null, usageSource: "none" },
    ]);
  });
});
