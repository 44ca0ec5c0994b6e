import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { completion, type FakeModelServer, json, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";
import { chatStreams, delta } from "@/tests/support/translate/chat-streams";
import { readMessageEvents } from "@/tests/support/translate/message-events";
import { readResponseEvents } from "@/tests/support/translate/response-events";

replaceMetering();

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  upstream = await startModelServer();
  // What the server has is stated: nothing but chats.
  const server = { name: "one", url: upstream.url, endpoints: [] };
  gateway = await startGatewayTo([server]);
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

const { chunks } = chatStreams["vLLM: reasoning, text and two calls in pieces"] ?? { chunks: [] };
const bytesOf = (all: object[]) => Buffer.from(all.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(""));
const whole = Buffer.concat([bytesOf(chunks), Buffer.from("data: [DONE]\n\n")]);

type Api = { path: string; body: Record<string, unknown>; read: (text: string) => { error?: unknown; said?: object } };

const apis: Api[] = [
  {
    path: "/v1/messages",
    body: { model: "small", max_tokens: 100, messages: [{ role: "user", content: "Hello" }] },
    read: (text) => {
      const { message, error } = readMessageEvents(text);
      return { ...(message && { said: message }), error };
    },
  },
  {
    path: "/v1/responses",
    body: { model: "small", input: "Hello" },
    read: (text) => {
      const { response, error } = readResponseEvents(text);
      return { said: response, error };
    },
  },
];

/** Without the comments that keep a connection. */
const eventsOf = (text: string) => text.replaceAll(/^: .*\n\n/gm, "");

describe.each(apis)("$path, streamed", ({ path, body, read }) => {
  const ask = () => gateway.post(path, key, { ...body, stream: true });
  const streamed = async () => read(eventsOf(await (await ask()).text()));

  test("is the same in whatever pieces the chat comes", async () => {
    upstream.answer = stream([whole]);
    const { said } = await streamed();
    upstream.answer = stream([...whole].map((byte) => Buffer.from([byte])));
    const inBytes = (await streamed()).said;
    const ids = /(msg|resp|rs|fc)_[0-9a-f]{32}/g;
    const withoutIds = (value: unknown) =>
      JSON.stringify(value)
        .replaceAll(ids, "id")
        .replaceAll(/"created_at":\d+/g, "");
    expect(withoutIds(inBytes)).toBe(withoutIds(said));
    const usage = { promptTokens: 40, completionTokens: 30, classes: { cacheRead: 16 } };
    for (const settled of metering().settlements) expect(settled).toMatchObject({ usage, usageSource: "reported" });
  });

  test("cut at any byte, it ends with the family's error, in order, and whatever came before", async () => {
    const isCutInAnswer = whole.length - Buffer.byteLength("data: [DONE]\n\n") - bytesOf(chunks.slice(-2)).length;
    for (let at = 0; at < isCutInAnswer; at += 13) {
      upstream.answer = async (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(whole.subarray(0, at));
        await wait(1);
        response.destroy();
      };
      const response = await ask();
      const text = eventsOf(await response.text());
      if (response.status === 200) expect(read(text).error).toBeDefined();
      else expect(JSON.parse(text).error).toMatchObject({ code: "model_server_failed" });
    }
  });

  test("begins with the server's first event and ends with its last, while the connection stays", async () => {
    const sent = [delta({ role: "assistant", content: "" }), delta({ content: "Hello" }), delta({}, "stop")];
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    upstream.answer = async (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(bytesOf(sent.slice(0, 1)));
      await released;
      response.write(Buffer.concat([bytesOf(sent.slice(1)), Buffer.from("data: [DONE]\n\n")]));
    };
    const reader = (await ask()).body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toMatch(/^event: (message_start|response\.created)\n/);
    release();
    let rest = "";
    while (!/event: (message_stop|response\.completed)/.test(rest))
      rest += Buffer.from((await reader?.read())?.value ?? []).toString();
    await reader?.cancel();
  });

  test("an error within the stream is the family's, with what the server says", async () => {
    const error = { error: { message: "CUDA out of memory", type: "server_error", code: 500 } };
    upstream.answer = stream([bytesOf([...chunks.slice(0, 3), error])]);
    expect(JSON.stringify((await streamed()).error)).toContain("CUDA out of memory");
  });

  test("usage that the server does not say is estimated, in the answer as in the ledger", async () => {
    upstream.answer = stream([bytesOf([delta({ content: "Hello" }), delta({ content: " there" }), delta({}, "stop")])]);
    const { said } = await streamed();
    const settled = metering().settlements.at(-1);
    expect(settled).toMatchObject({ usageSource: "estimated", usage: { completionTokens: 3 } });
    expect(said).toMatchObject({ usage: { output_tokens: 3, input_tokens: settled?.usage?.promptTokens } });
  });
});

describe.each(apis)("$path, whole", ({ path, body }) => {
  const ask = (more: object = {}) => gateway.post(path, key, { ...body, ...more });

  test.each([
    ["no answer", { hello: "there" }],
    [
      "a call without a name",
      { ...completion, choices: [{ message: { tool_calls: [{ function: { arguments: "{}" } }] } }] },
    ],
  ])("%s is an error of the server", async (_, said) => {
    upstream.answer = json(said);
    const response = await ask();
    expect([response.status, (await response.json()).error.code]).toEqual([502, "model_server_invalid"]);
  });

  test("a server's refusal is told in the family's shape", async () => {
    upstream.answer = json({ error: { message: "Too long", code: "context_length_exceeded", param: "messages" } }, 400);
    const response = await ask();
    expect([response.status, (await response.json()).error]).toMatchObject([400, { message: "Too long" }]);
  });

  test("more than can be translated is refused before the model is asked", async () => {
    const response = await ask({ metadata: { many: Array.from({ length: 300_001 }, () => 0) } });
    expect([response.status, (await response.json()).error.code]).toEqual([422, "body_too_complex"]);
    expect(upstream.asked).toEqual([]);
  });

  test("what was left out is named in a header, in characters that headers have", async () => {
    upstream.answer = json(completion);
    const response = await ask({ "new\n\u{1f600}": 1 });
    expect([response.status, response.headers.get("x-atelier-left-out")]).toEqual([200, "new___"]);
  });
});

test("an image of 30 MB reaches the model's server to the byte", async () => {
  upstream.answer = json(completion);
  const data = "A".repeat(30 * 1024 * 1024);
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data } };
  const messages = [{ role: "user", content: [image, { type: "text", text: "What?" }] }];
  const response = await gateway.post("/v1/messages", key, { model: "small", max_tokens: 10, messages });
  expect(response.status).toBe(200);
  const [message] = (upstream.asked[0]?.body.messages ?? []) as { content: { image_url: { url: string } }[] }[];
  expect(message?.content[0]?.image_url.url === `data:image/png;base64,${data}`).toBe(true);
});
