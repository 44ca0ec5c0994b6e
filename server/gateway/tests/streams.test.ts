import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { watchAnnouncements } from "@/server/platform/announcements/announcements";
import { owner } from "@/tests/support/database";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, type FakeModelServer, json, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGateway, startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, type TestWorkspace, workspace } from "@/tests/support/people";

replaceMetering();

const chat = "/v1/chat/completions";
const hello = { model: "small", messages: [{ role: "user", content: "Hello" }], stream: true };
const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
const done = "data: [DONE]\n\n";
const event = (data: string) => `data: ${data}\n\n`;

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
    { UPSTREAM_IDLE_MS: "400" },
  );
  acme = await workspace();
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

/** Begins to answer, and leaves the rest to the test. */
function holdOpen(...pieces: string[]): Promise<ServerResponse> {
  return new Promise((resolve) => {
    upstream.answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const piece of pieces) response.write(piece);
      resolve(response);
    };
  });
}

const settled = () => vi.waitFor(() => expect(metering().settlements).toHaveLength(1), { timeout: 10_000 });
const messagesIn = (text: string) => [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => JSON.parse(data ?? ""));

type Dialect = {
  pieces: string[];
  /** What a client gets that did not ask for the usage; the pieces themselves, if nothing else is said. */
  plain?: string[];
  settled: { usageSource: string; usage: object | null };
};
const reported = { usageSource: "reported", usage: { promptTokens: 9, completionTokens: 3 } };

const dialects: Record<string, Dialect> = {
  "vLLM: usage in an event of its own": {
    pieces: [
      event(chunk("")),
      event(chunk("Hel")),
      event(chunk("lo", { finish: "stop" })),
      event(
        JSON.stringify({
          id: "cmpl-1",
          object: "chat.completion.chunk",
          created: 1,
          model: "small",
          choices: [],
          usage,
        }),
      ),
      done,
    ],
    plain: [event(chunk("")), event(chunk("Hel")), event(chunk("lo", { finish: "stop" })), done],
    settled: reported,
  },
  "OpenAI: usage null in every event but its own": {
    pieces: [
      event(chunk("Hel", { usage: null })),
      event(chunk("lo", { finish: "stop", usage: null, obfuscation: "x" })),
      event(JSON.stringify({ id: "cmpl-1", model: "small", choices: [], usage })),
      done,
    ],
    plain: [event(chunk("Hel")), event(chunk("lo", { finish: "stop", obfuscation: "x" })), done],
    settled: reported,
  },
  "Mistral: usage in the last event with a choice": {
    pieces: [event(chunk("Hel")), event(chunk("lo", { finish: "stop", usage })), done],
    settled: reported,
  },
  "llama.cpp: usage and timings in an event of its own, no usage asked for": {
    pieces: [
      event(chunk("Hel")),
      event(JSON.stringify({ choices: [{ finish_reason: "stop", index: 0, delta: {} }], model: "small", id: "x" })),
      event(JSON.stringify({ choices: [], model: "small", id: "x", usage, timings: { predicted_ms: 1.5 } })),
      done,
    ],
    plain: [
      event(chunk("Hel")),
      event(JSON.stringify({ choices: [{ finish_reason: "stop", index: 0, delta: {} }], model: "small", id: "x" })),
      done,
    ],
    settled: reported,
  },
  "Ollama: a finish, and [DONE] without usage": {
    pieces: [event(chunk("Hello")), event(chunk(" the")), event(chunk("re", { finish: "stop" })), done],
    settled: { usageSource: "estimated", usage: { promptTokens: 20, completionTokens: 3 } },
  },
  "Azure: an event without choices that is not about usage": {
    pieces: [
      event('{"choices":[],"prompt_filter_results":[]}'),
      event(chunk("Hello", { finish: "stop", usage })),
      done,
    ],
    settled: reported,
  },
  "comments that keep the connection, CRLF, no space after data:, other fields": {
    pieces: [
      ": ping\r\n\r\n",
      `data:${chunk("Hel")}\r\n\r\n`,
      ":\n\n",
      `event: chunk\nid: 7\nretry: 10\ndata: ${chunk("lo", { finish: "stop", usage })}\n\n`,
      "data:[DONE]\r\n\r\n",
    ],
    settled: reported,
  },
  "no [DONE] at the end": {
    pieces: [event(chunk("Hel")), event(chunk("lo", { finish: "stop", usage }))],
    settled: reported,
  },
  "no empty line at the end": {
    pieces: [event(chunk("Hel")), event(chunk("lo", { finish: "stop", usage })), "data: [DONE]"],
    settled: reported,
  },
  "reasoning, calls of tools and content in parts, without usage": {
    pieces: [
      event('{"choices":[{"index":0,"delta":{"reasoning_content":"0123456789"},"finish_reason":null}]}'),
      event(
        '{"choices":[{"index":0,"delta":{"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}',
      ),
      event(
        '{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"0123456"}]}]}}]}',
      ),
      event('{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}'),
      done,
    ],
    settled: { usageSource: "estimated", usage: { promptTokens: 20, completionTokens: 5 } },
  },
  "a usage that cannot be": {
    pieces: [event(chunk("Hello", { finish: "stop", usage: { prompt_tokens: 1, completion_tokens: -5 } })), done],
    settled: { usageSource: "invalid", usage: { promptTokens: 20, completionTokens: 2 } },
  },
};

describe.each(Object.entries(dialects))("%s", (_, { pieces, plain = pieces, settled }) => {
  const whole = Buffer.from(pieces.join(""));

  test.each([1, 7, 100, 100_000])(
    "comes through in pieces of %s bytes, without what was only asked for here",
    async (size) => {
      const cut: Buffer[] = [];
      for (let at = 0; at < whole.length; at += size) cut.push(whole.subarray(at, at + size));
      upstream.answer = stream(cut);
      const response = await gateway.post(chat, key, hello);
      // Nothing is waited for after [DONE], not even the second half of the end of its line.
      expect((await response.text()).trimEnd()).toBe(plain.join("").trimEnd());
      expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(metering().settlements).toMatchObject([{ status: 200, errorCode: null, ...settled }]);
      expect(upstream.asked[0]?.body).toEqual({ ...hello, stream_options: { include_usage: true } });
    },
  );

  test("comes through to the byte when the program asks for the usage itself", async () => {
    upstream.answer = stream(pieces);
    const asked = { ...hello, stream_options: { include_usage: true } };
    expect(await (await gateway.post(chat, key, asked)).text()).toBe(pieces.join(""));
    expect(upstream.asked[0]?.text).toBe(JSON.stringify(asked));
    expect(metering().settlements).toMatchObject([{ usageSource: settled.usageSource, status: 200 }]);
  });
});

test("only the usage is added to what is asked, and a program's other options stay", async () => {
  upstream.answer = stream([event(chunk("x", { finish: "stop" })), done]);
  await (await gateway.post(chat, key, '{ "model":"small","stream":true }')).text();
  await (
    await gateway.post(chat, key, '{"model":"small","stream":true,"stream_options": {"include_usage":false,"x":1} }')
  ).text();
  await (await gateway.post(chat, key, '{"stream_options":null,"model":"small","stream":true}')).text();
  expect(upstream.asked.map(({ text }) => text)).toEqual([
    ' {"stream_options":{"include_usage":true}, "model":"small","stream":true }'.trim(),
    '{"model":"small","stream":true,"stream_options": {"include_usage":true,"x":1} }',
    '{"stream_options":{"include_usage":true},"model":"small","stream":true}',
  ]);
});

test("in a stream too the name of the model is the one that was asked for", async () => {
  const theirs = chunk("x", { finish: "stop", model: "their/name", usage });
  upstream.answer = stream([`id: 7\r\ndata: ${theirs}\r\n\r\n`, done]);
  const response = await gateway.post(chat, key, { ...hello, model: "public" });
  expect(await response.text()).toBe(`id: 7\ndata: ${theirs.replace("their/name", "public")}\n\n${done}`);
});

test("a server that refuses stream_options is asked again without, and from then on", async () => {
  const refusal = json({ message: { detail: [{ type: "extra_forbidden", loc: ["body", "stream_options"] }] } }, 422);
  const answer = stream([event(chunk("x", { finish: "stop", usage })), done]);
  const server = await startModelServer((response, asked, request) =>
    (asked.body.stream_options ? refusal : answer)(response, asked, request),
  );
  const other = await startGateway({ MODEL_SERVERS: JSON.stringify([{ name: "one", url: server.url }]) });
  try {
    for (let i = 0; i < 2; i++) expect((await other.post(chat, key, hello)).status).toBe(200);
    expect(server.asked.map(({ body }) => "stream_options" in body)).toEqual([true, false, false]);
  } finally {
    await Promise.all([other.close(), server.close()]);
  }
});

test("a server that repeats the request with an error is not taken for one that refuses stream_options", async () => {
  upstream.answer = (response, asked, request) =>
    json({ detail: [{ msg: "bad", input: asked.body }] }, 422)(response, asked, request);
  expect((await gateway.post(chat, key, hello)).status).toBe(422);
  upstream.answer = stream([event(chunk("x", { finish: "stop" })), done]);
  await (await gateway.post(chat, key, hello)).text();
  expect(upstream.asked.map(({ body }) => "stream_options" in body)).toEqual([true, false, true]);
});

test("V1-12 a client that leaves ends the work, and is charged once for what was produced", async () => {
  const begun = holdOpen(event(chunk("Hello, ")), event(chunk("there are more tokens here")));
  const leaving = new AbortController();
  const response = await gateway.post(chat, key, hello, { signal: leaving.signal });
  const reader = response.body?.getReader();
  await reader?.read();
  const ended = new Promise((resolve) => begun.then((held) => held.once("close", resolve)));
  leaving.abort();
  await ended;
  await settled();
  expect(metering().settlements).toMatchObject([
    {
      status: 499,
      errorCode: "client_gone",
      usageSource: "estimated",
      usage: { promptTokens: 20, completionTokens: 9 },
    },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(metering().settlements).toHaveLength(1);
});

test("V1-12 a client that leaves before anything came is charged for its prompt; of a whole answer, for all it may have been", async () => {
  for (const isStreamed of [true, false]) {
    resetMetering();
    let ended: Promise<unknown> = Promise.resolve();
    const reached = new Promise<void>((resolve) => {
      upstream.answer = (response) => {
        ended = new Promise((closed) => response.once("close", closed));
        resolve();
      };
    });
    const leaving = new AbortController();
    const request = { ...hello, stream: isStreamed, max_tokens: 50 };
    const attempt = gateway.post(chat, key, request, { signal: leaving.signal });
    await reached;
    leaving.abort();
    await expect(attempt).rejects.toThrow();
    await ended;
    await settled();
    expect(metering().settlements).toMatchObject([
      { status: 499, usageSource: "estimated", usage: { completionTokens: isStreamed ? 0 : 50 } },
    ]);
    expect(metering().settlements[0]?.usage?.promptTokens).toBeGreaterThan(0);
  }
});

test("a client that leaves while limits are asked costs nothing, and no model server hears of it", async () => {
  upstream.answer = stream([done]);
  const leaving = new AbortController();
  let grant = () => {};
  metering().answer = () =>
    new Promise((resolve) => {
      grant = () => resolve({ isGranted: true });
    });
  const attempt = gateway.post(chat, key, hello, { signal: leaving.signal });
  await vi.waitFor(() => expect(metering().reservations).toHaveLength(1));
  leaving.abort();
  await expect(attempt).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 50));
  grant();
  await settled();
  expect(metering().settlements).toMatchObject([{ status: 499, usageSource: "none", usage: null }]);
  expect(upstream.asked).toEqual([]);
});

describe("a stream that breaks off after it has begun ends with an error both clients understand, and is charged", () => {
  const breaks: [string, (held: ServerResponse) => void, string][] = [
    ["the connection ends", (held) => held.destroy(), "model_server_failed"],
    ["the answer ends before it is finished", (held) => held.end(), "model_server_failed"],
    ["half an event is the last", (held) => held.end('data: {"choices'), "model_server_invalid"],
    ["nothing more comes", () => {}, "model_server_timeout"],
    ["garbage comes", (held) => held.write("data: <html>secret-\n\n"), "model_server_invalid"],
    [
      "an error comes",
      (held) => held.write('data: {"error":{"message":"No","secret":"secret-"}}\n\n'),
      "model_server_failed",
    ],
    ["an event never ends", (held) => void held.write(`data: ${"x".repeat(5_000_000)}`), "model_server_failed"],
  ];
  test.each(breaks)("%s", async (_, breakOff, code) => {
    const begun = holdOpen(event(chunk("Hello")));
    const response = await gateway.post(chat, key, hello);
    breakOff(await begun);
    const text = await response.text();
    expect(text.startsWith(event(chunk("Hello")))).toBe(true);
    expect(text).not.toContain("secret-");
    expect(messagesIn(text).slice(1)).toMatchObject([{ object: "error", code, error: { code, type: "server_error" } }]);
    await settled();
    expect(metering().settlements).toMatchObject([
      { status: 200, errorCode: code, usageSource: "estimated", usage: { promptTokens: 20, completionTokens: 2 } },
    ]);
  });
});

test("a stream that lasts too long as a whole is ended", async () => {
  const impatient = await startGateway({ UPSTREAM_TOTAL_MS: "1500" });
  try {
    const begun = holdOpen(event(chunk("x")));
    const response = await impatient.post(chat, key, hello);
    const held = await begun;
    const timer = setInterval(() => held.write(event(chunk("x"))), 100);
    const text = await response.text();
    clearInterval(timer);
    expect(messagesIn(text).at(-1)).toMatchObject({ error: { code: "model_server_timeout" } });
    await settled();
    expect(metering().settlements).toMatchObject([{ usageSource: "estimated", errorCode: "model_server_timeout" }]);
    expect(metering().settlements[0]?.totalMs).toBeGreaterThanOrEqual(1_490);
  } finally {
    await impatient.close();
  }
});

test.each([true, false])(
  "AK-10 a key that ends during a stream ends it within five seconds (heard of: %s)",
  async (isHeard) => {
    const watch = isHeard ? watchAnnouncements() : undefined;
    const mine = await newKey(acme);
    const begun = holdOpen(event(chunk("x")));
    const response = await gateway.post(chat, mine, hello);
    const held = await begun;
    const ended = new Promise((resolve) => held.once("close", resolve));
    const timer = setInterval(() => held.write(event(chunk("x"))), 100);
    await owner`update api_keys set revoked_at = now() where id = ${mine.slice(4, 16)}`;
    const from = performance.now();
    const text = await response.text();
    expect(performance.now() - from).toBeLessThan(5_000);
    clearInterval(timer);
    await ended;
    expect(messagesIn(text).at(-1)).toMatchObject({ error: { code: "invalid_api_key" } });
    await settled();
    expect(metering().settlements).toMatchObject([{ errorCode: "invalid_api_key", usageSource: "estimated" }]);
    await watch?.stop();
  },
);

test("AK-10 a key that ends while a whole answer is waited for ends that too, and what it may have cost is charged", async () => {
  const mine = await newKey(acme);
  let isLeft = false;
  upstream.answer = (response) => {
    response.once("close", () => {
      isLeft = true;
    });
  };
  const attempt = gateway.post(chat, mine, { ...hello, stream: false, max_tokens: 50 });
  await vi.waitFor(() => expect(upstream.asked).toHaveLength(1));
  await owner`update api_keys set revoked_at = now() where id = ${mine.slice(4, 16)}`;
  expect((await attempt).status).toBe(401);
  await vi.waitFor(() => expect(isLeft).toBe(true));
  expect(metering().settlements).toMatchObject([
    { status: 401, usageSource: "estimated", usage: { completionTokens: 50 } },
  ]);
});

test("an idle connection to the model server is used again after a stream", async () => {
  upstream.answer = stream([event(chunk("x", { finish: "stop" })), done]);
  await (await gateway.post(chat, key, hello)).text();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = upstream.connections();
  for (let i = 0; i < 5; i++) {
    await (await gateway.post(chat, key, hello)).text();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(upstream.connections()).toBe(before);
});
