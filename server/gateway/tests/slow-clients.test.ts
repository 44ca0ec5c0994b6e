import http from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, type FakeModelServer, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

const chat = "/v1/chat/completions";
const hello = { model: "small", messages: [{ role: "user", content: "Hello" }], stream: true };
const event = (data: string) => `data: ${data}\n\n`;

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;

beforeEach(async () => {
  resetMetering();
  upstream = await startModelServer();
  // Its context has no end, as far as it says.
  upstream.list = [{ id: "small" }];
  const acme = await workspace();
  key = await newKey(acme);
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

async function startWith(idleMs: string): Promise<void> {
  gateway = await startGatewayTo([{ name: "one", url: upstream.url }], { UPSTREAM_IDLE_MS: idleMs });
}

/** Answers with this piece again and again, as fast as it is read, for as long as `goesOn` says. */
function flood(piece: string, goesOn: () => boolean): FakeModelServer["answer"] {
  return async (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    while (!response.destroyed && goesOn()) {
      if (!response.write(piece))
        await new Promise<void>((resolve) => {
          response.once("drain", resolve);
          response.once("close", resolve);
        });
      else await new Promise(setImmediate);
    }
    response.end();
  };
}

test("clients that read slowly hold the model server back: what is kept for them is bounded", async () => {
  const many = 40;
  await startWith("15000");
  const piece = event(chunk("x".repeat(8_000)));
  let produced = 0;
  let isEnding = false;
  upstream.answer = flood(piece, () => {
    produced += piece.length;
    return !isEnding;
  });
  const leaving = new AbortController();
  const responses = await Promise.all(
    Array.from({ length: many }, () => gateway.post(chat, key, hello, { signal: leaving.signal })),
  );
  const still = async () => {
    // Nothing for a second: on a busy machine a pause alone is no standstill.
    for (let before = -1, since = Date.now(); before !== produced || Date.now() - since < 1_000; ) {
      if (before !== produced) since = Date.now();
      before = produced;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return produced;
  };
  // Buffers of both ends and of two connections between them; the gateway's own part is what a pipe holds.
  const stopped = await still();
  const heap = process.memoryUsage();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(produced).toBe(stopped);
  expect(process.memoryUsage().external + process.memoryUsage().heapUsed).toBeLessThan(
    heap.external + heap.heapUsed + 30_000_000,
  );
  // Not idle: it is the client that is waited for, and when it reads on, more comes.
  const reader = responses[0]?.body?.getReader();
  for (let i = 0; i < 5_000 && produced === stopped; i++) await reader?.read();
  await vi.waitFor(() => expect(produced).toBeGreaterThan(stopped), { timeout: 10_000 });
  isEnding = true;
  leaving.abort();
  await vi.waitFor(() => expect(metering().settlements).toHaveLength(many), { timeout: 20_000 });
});

test("a client that never reads is cut once nothing was taken for as long as an answer may pause", async () => {
  await startWith("300");
  let isClosed = false;
  upstream.answer = async (response, asked, request) => {
    response.once("close", () => {
      isClosed = true;
    });
    await flood(event(chunk("x".repeat(8_000))), () => true)(response, asked, request);
  };
  const body = JSON.stringify(hello);
  const request = http.request(gateway.url + chat, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}`, "content-length": body.length },
  });
  const isCut = new Promise<void>((resolve) => request.on("close", resolve));
  request.on("error", () => {});
  request.on("response", (response) => {
    response.on("error", () => {});
    response.pause();
  });
  request.end(body);
  await vi.waitFor(() => expect(metering().settlements).toMatchObject([{ status: 499, errorCode: "client_gone" }]), {
    timeout: 20_000,
  });
  await vi.waitFor(() => expect(isClosed).toBe(true));
  request.destroy();
  await isCut;
});

test("one that reads slowly is not", async () => {
  await startWith("300");
  const pieces = Array.from({ length: 60 }, () => event(chunk("x".repeat(50_000))));
  upstream.answer = stream([...pieces, event(chunk("", { finish: "stop" })), event("[DONE]")]);
  const response = await gateway.post(chat, key, hello);
  const reader = response.body?.getReader();
  let text = "";
  for (let i = 0; ; i++) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    text += Buffer.from(value ?? []).toString();
    if (i < 10) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  expect(metering().settlements).toMatchObject([{ status: 200 }]);
});

test("a server that goes on beyond max_tokens is cut, and nothing beyond them is charged", async () => {
  await startWith("5000");
  let isClosed = false;
  upstream.answer = async (response, asked, request) => {
    response.once("close", () => {
      isClosed = true;
    });
    await flood(event(chunk("word ".repeat(50))), () => true)(response, asked, request);
  };
  const response = await gateway.post(chat, key, { ...hello, max_tokens: 20, n: 2 });
  expect(await response.text()).toMatch(/data: \{"object":"error".*\n\n$/);
  await vi.waitFor(() =>
    expect(metering().settlements).toMatchObject([{ usage: { completionTokens: 40 }, usageSource: "estimated" }]),
  );
  await vi.waitFor(() => expect(isClosed).toBe(true));
});

test("a whole answer that says nothing of its usage is charged at most what it may have", async () => {
  await startWith("5000");
  upstream.answer = (response) => {
    const choices = [{ index: 0, message: { role: "assistant", content: "word ".repeat(100_000) } }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ model: "small", choices }));
  };
  const answer = await gateway.post(chat, key, { ...hello, stream: false, max_tokens: 20 });
  expect((await answer.text()).length).toBeGreaterThan(500_000);
  await vi.waitFor(() => expect(metering().settlements).toMatchObject([{ usage: { completionTokens: 20 } }]));
});

test.each([
  ["that asks for it with every event", { include_usage: true, continuous_usage_stats: true }, 3],
  ["that asks for it", { include_usage: true }, 1],
  ["that only says how", { continuous_usage_stats: true }, 0],
  ["that asks for none", undefined, 0],
])("a program %s gets as much usage as it asked for", async (_, options, most) => {
  await startWith("5000");
  upstream.answer = (response, asked, request) => {
    const { include_usage, continuous_usage_stats } = (asked.body.stream_options ?? {}) as Record<string, boolean>;
    const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 };
    const along = include_usage && continuous_usage_stats ? { usage } : {};
    const end = include_usage ? [event(JSON.stringify({ choices: [], usage, model: "small" }))] : [];
    const pieces = [event(chunk("a", along)), event(chunk("b", { finish: "stop", ...along })), ...end];
    return stream([...pieces, event("[DONE]")])(response, asked, request);
  };
  const response = await gateway.post(chat, key, { ...hello, stream_options: options });
  expect((await response.text()).match(/"usage":/g) ?? []).toHaveLength(most);
  await vi.waitFor(() => expect(metering().settlements).toMatchObject([{ usageSource: "reported" }]));
});

test("usage that a server counts along unasked is not passed on before the end", async () => {
  await startWith("5000");
  const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 };
  upstream.answer = stream([
    event(chunk("a", { usage })),
    event(chunk("b", { finish: "stop", usage })),
    event("[DONE]"),
  ]);
  const text = await (await gateway.post(chat, key, hello)).text();
  expect(text.match(/"usage":/g)).toHaveLength(1);
  expect(text.indexOf('"usage":')).toBeGreaterThan(text.indexOf('"b"'));
});
