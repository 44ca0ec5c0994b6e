import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import {
  chunk,
  completion,
  type FakeModelServer,
  json,
  startModelServer,
  stream,
} from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

/*
 * Requests as programs write them that are no packages of npm, by their sources: which headers they send, and bodies in Python's way of writing
 * JSON, with spaces and escapes.
 */

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGateway({ MODEL_SERVER_URL: upstream.url });
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

const openaiPython = {
  accept: "application/json",
  "user-agent": "OpenAI/Python 2.41.0",
  "x-stainless-lang": "python",
  "x-stainless-package-version": "2.41.0",
  "x-stainless-os": "Linux",
  "x-stainless-arch": "x64",
  "x-stainless-runtime": "CPython",
  "x-stainless-runtime-version": "3.13.1",
  "x-stainless-async": "false",
  "x-stainless-retry-count": "0",
  "x-stainless-read-timeout": "600",
  "idempotency-key": "stainless-python-retry-5f2a5c0e-7d0e-4a4b-9d0b-0d4f5f6f7a8b",
};
const openWebUi = {
  accept: "*/*",
  "user-agent": "Python/3.11 aiohttp/3.12.15",
  "x-openwebui-user-name": "Maya%20Okafor",
  "x-openwebui-user-id": "0b7c6f1e",
  "x-openwebui-user-email": "maya@example.com",
  "x-openwebui-user-role": "admin",
  "x-openwebui-chat-id": "c0ffee",
};
const libreChat = { accept: "application/json", "user-agent": "LibreChat/1.0" };

const stop = chunk("", { finish: "stop", usage: completion.usage });
const events = [chunk("Hello"), stop, "[DONE]"].map((data) => `data: ${data}\n\n`);
const embeddings = {
  ...{ object: "list", model: "small", data: [{ object: "embedding", index: 0, embedding: "AAAAAA==" }] },
  usage: { prompt_tokens: 2, total_tokens: 2 },
};
const said = `{"role": "user", "content": "Gr\\u00fc\\u00dfe"}`;

type Sent = { headers: Record<string, string>; path: string; body: string };

const streamed: [string, Sent][] = [
  [
    "openai for Python",
    {
      ...{ headers: openaiPython, path: "/v1/chat/completions" },
      body: `{"messages":[${said}],"model":"small","stream":true,"stream_options":{"include_usage":true}}`,
    },
  ],
  [
    "Open WebUI",
    {
      ...{ headers: openWebUi, path: "/v1/chat/completions" },
      body: `{"stream": true, "model": "small", "messages": [${said}], "stream_options": {"include_usage": true}, "temperature": 0.8}`,
    },
  ],
  [
    "LibreChat",
    {
      ...{ headers: libreChat, path: "/v1/chat/completions" },
      body: `{"model":"small","user":"65f0c0ffee","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"system","content":"Help."},${said}]}`,
    },
  ],
];

const whole: [string, Sent, unknown][] = [
  [
    "a title for Open WebUI",
    {
      ...{ headers: openWebUi, path: "/v1/chat/completions" },
      body: `{"model": "small", "messages": [${said}], "stream": false, "max_completion_tokens": 1000}`,
    },
    completion,
  ],
  [
    "LlamaIndex for Python, OpenAILike",
    {
      ...{ headers: openaiPython, path: "/v1/chat/completions" },
      body: `{"messages":[${said}],"model":"small","stream":false,"temperature":0.1}`,
    },
    completion,
  ],
  [
    "LlamaIndex for Python, without is_chat_model",
    {
      ...{ headers: openaiPython, path: "/v1/completions" },
      body: `{"model":"small","prompt":"user: Hello\\nassistant: ","stream":false,"temperature":0.1}`,
    },
    { ...completion, object: "text_completion", choices: [{ index: 0, text: "Hello", finish_reason: "stop" }] },
  ],
  [
    "texts of openai for Python",
    {
      ...{ headers: openaiPython, path: "/v1/embeddings" },
      body: `{"input":["Gr\\u00fc\\u00dfe"],"model":"small","encoding_format":"base64"}`,
    },
    embeddings,
  ],
  [
    "texts of Open WebUI",
    { headers: openWebUi, path: "/v1/embeddings", body: `{"input": ["Gr\\u00fc\\u00dfe"], "model": "small"}` },
    embeddings,
  ],
  [
    "a picture for Open WebUI",
    {
      ...{ headers: openWebUi, path: "/v1/images/generations" },
      body: `{"model": "small", "prompt": "A cat", "n": 1, "size": "512x512", "response_format": "b64_json"}`,
    },
    { created: 1, data: [{ b64_json: "AAAA" }] },
  ],
];

const post = ({ headers, path, body }: Sent) => gateway.post(path, key, body, { headers });

/** What goes up is the program's body, and nothing of what it says of people. */
function expectSent({ path, body }: Sent): void {
  expect(upstream.asked.map(({ url, text }) => [url, text])).toEqual([[path, body]]);
  const names = Object.keys(upstream.asked[0]?.headers ?? {});
  expect(names.filter((name) => /^(x-|user-agent|idempotency)/.test(name) && name !== "x-request-id")).toEqual([]);
}

test.each(streamed)("a chat of %s is streamed as it asks for it", async (_, sent) => {
  upstream.answer = stream(events);
  const response = await post(sent);
  expect([response.status, await response.text()]).toEqual([200, events.join("")]);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  expectSent(sent);
  expect(metering().settlements).toMatchObject([{ status: 200, usage: { promptTokens: 9, completionTokens: 3 } }]);
});

test.each(whole)("%s is answered as it asks for it", async (_, sent, answer) => {
  upstream.answer = json(answer);
  const response = await post(sent);
  expect([response.status, await response.json()]).toEqual([200, answer]);
  expectSent(sent);
  expect(metering().settlements).toMatchObject([{ status: 200 }]);
});

test.each([
  ["openai for Python", openaiPython],
  ["Open WebUI", openWebUi],
  ["LibreChat", libreChat],
])("%s lists the models, with the type of a body that it does not send", async (_, headers) => {
  const response = await fetch(`${gateway.url}/v1/models`, {
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
  });
  const { data } = (await response.json()) as { data: { id: string; object: string }[] };
  expect([response.status, data.map(({ id, object }) => [id, object])]).toEqual([200, [["small", "model"]]]);
});

test.each(["/v1/audio/voices", "/v1/audio/models"])(
  "Open WebUI is told that there is no %s, and goes on",
  async (path) => {
    const response = await fetch(`${gateway.url}${path}`, {
      headers: { authorization: `Bearer ${key}`, ...openWebUi },
    });
    expect([response.status, (await response.json()).error.code]).toEqual([404, "not_found"]);
  },
);

describe("a recording", () => {
  const file = [
    'Content-Disposition: form-data; name="file"; filename="a.mp3"',
    "Content-Type: audio/mpeg",
    "",
    "sound",
  ];
  const model = ['Content-Disposition: form-data; name="model"', "", "small"];
  const form = (boundary: string, parts: string[][]) =>
    `${parts.map((part) => `--${boundary}\r\n${part.join("\r\n")}\r\n`).join("")}--${boundary}--\r\n`;

  test.each([
    ["openai for Python, as httpx writes forms", openaiPython, "4b8f1c0d9e2a37566b7c8d9e0f1a2b3c", [model, file]],
    ["Open WebUI, as requests writes them", openWebUi, "5d41402abc4b2a76b9719d911017c592", [model, file]],
    ["one that writes the file first", libreChat, "----WebKitFormBoundary7MA4YWxkTrZu0gW", [file, model]],
  ])("of %s is transcribed", async (_, headers, boundary, parts) => {
    upstream.answer = json({ text: "Hello.", usage: { type: "duration", seconds: 3 } });
    const body = form(boundary, parts);
    const type = { ...headers, "content-type": `multipart/form-data; boundary=${boundary}` };
    const sent = { headers: type, path: "/v1/audio/transcriptions", body };
    const response = await post(sent);
    expect([response.status, (await response.json()).text]).toEqual([200, "Hello."]);
    expectSent(sent);
    expect(metering().settlements).toMatchObject([{ status: 200, usage: { classes: { second: 3 } } }]);
  });
});

test("a response of openai for Python is streamed where the server has chats only", async () => {
  upstream.answer = (response, asked, request) =>
    asked.url === "/v1/responses"
      ? json({ detail: "Not Found" }, 404)(response, asked, request)
      : stream(events)(response, asked, request);
  const body = `{"input":"Gr\\u00fc\\u00dfe","model":"small","stream":true}`;
  const response = await post({ headers: openaiPython, path: "/v1/responses", body });
  const text = await response.text();
  expect([response.status, response.headers.get("x-atelier-translated")]).toEqual([200, "/v1/chat/completions"]);
  expect(text).toMatch(/^event: response\.created\n[\s\S]*event: response\.completed\n/);
  expect(upstream.asked[1]?.body).toMatchObject({ messages: [{ role: "user", content: "Grüße" }] });
});
