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
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, type TestWorkspace, workspace } from "@/tests/support/people";

replaceMetering();

let upstream: FakeModelServer;
let second: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let key: string;

beforeAll(async () => {
  upstream = await startModelServer();
  second = await startModelServer();
  acme = await workspace();
  key = await newKey(acme);
});
// What a server lacks is remembered by the process.
beforeEach(async () => {
  await gateway?.close();
  gateway = await startGatewayTo([
    {
      name: "one",
      url: upstream.url,
      key: "upstream-key",
      models: ["small", { id: "public", upstream: "their/name" }],
    },
    { name: "two", url: second.url, models: ["both"] },
    { name: "stated", url: upstream.url, models: ["stated", "both"], endpoints: ["responses"] },
  ]);
  resetMetering();
  for (const each of [upstream, second]) each.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
  await second.close();
});

const settlement = () => metering().settlements.at(-1);
const answered = {
  id: "resp_1",
  object: "response",
  model: "their/name",
  status: "completed",
  output: [{ type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text: "Hello." }] }],
  usage: {
    input_tokens: 20,
    input_tokens_details: { cached_tokens: 8 },
    output_tokens: 12,
    output_tokens_details: { reasoning_tokens: 5 },
    total_tokens: 32,
  },
};
const event = (data: { type: string } & Record<string, unknown>) =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

describe("/v1/responses", () => {
  const path = "/v1/responses";
  const hello = { model: "public", input: "Hello", max_output_tokens: 40 };

  test("goes to the server that has it, with the usage by class, and is not kept there", async () => {
    upstream.answer = json(answered);
    const response = await gateway.post(path, key, { ...hello, store: true });
    expect([response.status, await response.json()]).toEqual([200, { ...answered, model: "public" }]);
    expect(upstream.asked.map(({ url, body }) => [url, body])).toEqual([
      ["/v1/responses", { ...hello, model: "their/name", store: false }],
    ]);
    expect(metering().reservations).toMatchObject([
      { operation: "responses", completionTokens: 40, isStreamed: false },
    ]);
    expect(settlement()).toMatchObject({
      usage: { promptTokens: 20, completionTokens: 12, classes: { cacheRead: 8, reasoning: 5 } },
      usageSource: "reported",
    });
  });

  test("streams every event in its order, to the byte but for the model's name", async () => {
    const events = [
      { type: "response.created", sequence_number: 0, response: { ...answered, status: "in_progress", usage: null } },
      { type: "response.output_text.delta", sequence_number: 1, item_id: "msg_1", delta: "Hello." },
      { type: "response.completed", sequence_number: 2, response: answered },
    ];
    const sent = events.map(event);
    upstream.answer = stream(sent);
    const response = await gateway.post(path, key, { ...hello, stream: true });
    expect(await response.text()).toBe(sent.join("").replaceAll("their/name", "public"));
    expect(upstream.asked[0]?.body).toEqual({ ...hello, model: "their/name", stream: true, store: false });
    expect(settlement()).toMatchObject({ usage: { promptTokens: 20, completionTokens: 12 }, usageSource: "reported" });
  });

  test.each([
    ["an error event", { type: "error", code: "server_error", message: "Broke at http://10.0.0.1:80", param: null }],
    [
      "a failed response",
      {
        type: "response.failed",
        response: { error: { code: "server_error", message: "Broke at http://10.0.0.1:80" } },
      },
    ],
  ])("%s ends the stream with what it says, without addresses", async (_, failed) => {
    const begun = event({ type: "response.output_text.delta", delta: "Hello there, you." });
    upstream.answer = stream([begun, event(failed)]);
    const text = await (await gateway.post(path, key, { ...hello, stream: true })).text();
    expect(text.startsWith(begun)).toBe(true);
    const last = JSON.parse(text.slice(begun.length).replace(/^event: error\ndata: /, ""));
    expect(last).toMatchObject({ type: "error", code: "server_error", message: "Broke at [removed]", error: {} });
    expect(settlement()).toMatchObject({ usageSource: "estimated", usage: { completionTokens: 5 } });
  });

  test.each([
    ["previous_response_id", "resp_of_others"],
    ["conversation", { id: "conv_1" }],
    ["background", true],
  ])("%s is refused by name: whose it is could not be told", async (name, value) => {
    const response = await gateway.post(path, key, { ...hello, [name]: value });
    expect([response.status, (await response.json()).error.param]).toEqual([422, name]);
    expect([upstream.asked, metering().reservations]).toEqual([[], []]);
  });
});

describe("/v1/messages", () => {
  const path = "/v1/messages";
  const hello = { model: "public", max_tokens: 50, messages: [{ role: "user", content: "Hello" }] };
  const message = {
    ...{ id: "msg_1", type: "message", role: "assistant", model: "their/name", stop_reason: "end_turn" },
    content: [{ type: "text", text: "Hello." }],
    usage: { input_tokens: 10, cache_creation_input_tokens: 5, cache_read_input_tokens: 20, output_tokens: 3 },
  };
  const used = { promptTokens: 35, completionTokens: 3, classes: { cacheRead: 20, cacheWrite: 5 } };

  test("goes to the server that has it, with Anthropic's headers and the server's key, and no key of the program's", async () => {
    upstream.answer = json(message);
    const headers = { "anthropic-version": "2023-06-01", "anthropic-beta": "unknown-2099", "x-api-key": key };
    const response = await fetch(gateway.url + path, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(hello),
    });
    expect([response.status, await response.json()]).toEqual([200, { ...message, model: "public" }]);
    expect(response.headers.get("request-id")).toBe(response.headers.get("x-request-id"));
    const [asked] = upstream.asked;
    expect([asked?.url, asked?.body]).toEqual([path, { ...hello, model: "their/name" }]);
    expect(asked?.headers).toMatchObject({
      ...{ "anthropic-version": "2023-06-01", "anthropic-beta": "unknown-2099" },
      ...{ "x-api-key": "upstream-key", authorization: "Bearer upstream-key" },
    });
    expect(settlement()).toMatchObject({ usage: used, usageSource: "reported" });
    expect(metering().reservations).toMatchObject([{ operation: "messages", completionTokens: 50 }]);
  });

  test("streams its named events, and adds the usage of the first and the last up", async () => {
    const { usage, ...others } = message;
    const events = [
      event({ type: "message_start", message: { ...others, content: [], usage: { ...usage, output_tokens: 1 } } }),
      event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
      event({ type: "ping" }),
      event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello." } }),
      event({ type: "content_block_stop", index: 0 }),
      event({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 3 } }),
      event({ type: "message_stop" }),
    ];
    upstream.answer = stream(events);
    const text = await (await gateway.post(path, key, { ...hello, stream: true })).text();
    expect(text).toBe(events.join("").replaceAll("their/name", "public"));
    expect(settlement()).toMatchObject({ usage: used, usageSource: "reported", status: 200 });

    // Cut at every event: what came is charged, and the error is Anthropic's.
    for (let count = 1; count < events.length - 1; count++) {
      upstream.answer = stream(events.slice(0, count));
      const cut = await (await gateway.post(path, key, { ...hello, stream: true })).text();
      expect(cut).toContain('event: error\ndata: {"type":"error","error":{"type":"api_error",');
      expect(settlement()).toMatchObject(
        count < 4
          ? { usage: null }
          : { usage: { promptTokens: 35, completionTokens: 2 }, usageSource: count < 6 ? "estimated" : "reported" },
      );
    }
  });

  test("an image in a tool's result counts as an image", async () => {
    upstream.answer = json(message);
    const source = { type: "base64", media_type: "image/png", data: "A".repeat(400_000) };
    const result = { type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "image", source }] };
    await gateway.post(path, key, { ...hello, messages: [{ role: "user", content: [result] }] });
    expect(metering().reservations).toMatchObject([{ classes: { imageInput: 2_048 } }]);
  });

  test.each<[string, number, unknown, string]>([
    [
      "Anthropic's own",
      529,
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      "overloaded_error",
    ],
    [
      "another family's",
      400,
      { error: { message: "Too long", type: "invalid_request_error" } },
      "invalid_request_error",
    ],
    ["no JSON", 500, "broken", "api_error"],
  ])("an error of a server, %s, is in Anthropic's shape", async (_, status, body, type) => {
    upstream.answer = json(body, status);
    const response = await gateway.post(path, key, hello);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      type: "error",
      error: { type, message: expect.any(String), code: expect.any(String) },
      request_id: response.headers.get("x-request-id"),
    });
  });

  test.each<[string, () => Promise<Response>, number, string]>([
    ["a key that is none", () => gateway.post(path, "atl_no", hello), 401, "authentication_error"],
    ["a model that is none", () => gateway.post(path, key, { ...hello, model: "none" }), 404, "not_found_error"],
    ["an unknown path", () => gateway.post(`${path}/batches`, key, hello), 404, "not_found_error"],
    ["a model that is not named", () => gateway.post(path, key, {}), 422, "invalid_request_error"],
  ])("%s is answered in Anthropic's shape", async (_, ask, status, type) => {
    const response = await ask();
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ type: "error", error: expect.objectContaining({ type }) }),
    ]);
  });

  test("count_tokens costs nothing, and is estimated, and says so, where no server has it", async () => {
    upstream.answer = json({ input_tokens: 11 });
    const counted = await gateway.post(`${path}/count_tokens`, key, hello);
    expect([await counted.json(), counted.headers.get("x-atelier-estimated")]).toEqual([{ input_tokens: 11 }, null]);
    expect(settlement()).toMatchObject({ usage: null, usageSource: "none", status: 200 });
    upstream.answer = json({ detail: "Not Found" }, 404);
    for (let i = 0; i < 2; i++) {
      const estimated = await gateway.post(`${path}/count_tokens`, key, hello);
      expect(estimated.status).toBe(200);
      expect(await estimated.json()).toEqual({ input_tokens: Math.ceil(JSON.stringify(hello).length / 4) });
      expect(estimated.headers.get("x-atelier-estimated")).toBe("true");
      expect(settlement()).toMatchObject({ usage: null, status: 200, errorCode: null });
    }
    // Once it is known, the server is not asked.
    expect(upstream.asked).toHaveLength(2);
  });
});

describe("a server without an endpoint", () => {
  const hello = { model: "both", input: "Hello" };

  test.each<[string, number, unknown]>([
    ["FastAPI", 404, { detail: "Not Found" }],
    ["Ollama", 404, "404 page not found"],
    ["llama.cpp", 404, { error: { code: 404, message: "File Not Found", type: "not_found_error" } }],
    ["OpenAI", 404, { error: { message: "Invalid URL (POST /v1/responses)", type: "invalid_request_error" } }],
    ["Anthropic", 404, { type: "error", error: { type: "not_found_error", message: "Not found" } }],
    ["a 405", 405, { detail: "Method Not Allowed" }],
    ["vLLM, for this model", 501, { error: { message: "The model does not support Responses API", code: 501 } }],
  ])("as %s says it, is passed over, and remembered", async (_, status, body) => {
    second.answer = json(body, status);
    upstream.answer = json(answered);
    for (let i = 0; i < 3; i++) expect((await gateway.post("/v1/responses", key, hello)).status).toBe(200);
    expect([second.asked.length, upstream.asked.length]).toEqual([1, 3]);
  });

  test("that says the model is not there has the endpoint", async () => {
    upstream.answer = json({ error: { message: "The model `their/name` does not exist.", code: 404 } }, 404);
    for (let i = 0; i < 2; i++) {
      const response = await gateway.post("/v1/messages", key, { ...hello, model: "public", max_tokens: 1 });
      expect([response.status, (await response.json()).error.message]).toEqual([
        404,
        "The model `their/name` does not exist.",
      ]);
    }
    expect(upstream.asked).toHaveLength(2);
  });

  test("is asked for a chat at once where the operator says what it has", async () => {
    upstream.answer = json(completion);
    const messages = [{ role: "user", content: "Hello" }];
    const response = await gateway.post("/v1/messages", key, { model: "stated", max_tokens: 1, messages });
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ type: "message" })]);
    expect(upstream.asked.map(({ url }) => url)).toEqual(["/v1/chat/completions"]);
  });

  test("does not hide that another failed, with a request of which no chat can be made", async () => {
    upstream.answer = json({ error: { message: "Overloaded" } }, 503);
    second.answer = json({ detail: "Not Found" }, 404);
    const response = await gateway.post("/v1/responses", key, { ...hello, tools: [{ type: "web_search" }] });
    expect([response.status, (await response.json()).error.message]).toEqual([503, "Overloaded"]);
    expect(response.headers.get("x-atelier-model-server")).toBe("stated");
    expect(second.asked.map(({ url }) => url)).toEqual(["/v1/responses"]);
  });

  describe("that answers every path with a chat", () => {
    const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
    const messages = [{ role: "user", content: "Hello" }];
    const bodies: Record<string, object> = {
      "/v1/responses": { input: "Hello" },
      "/v1/messages": { messages, max_tokens: 10 },
    };
    const ends: Record<string, string> = { "/v1/responses": "response.completed", "/v1/messages": "message_stop" };
    const chats = [chunk("Hello."), chunk("", { finish: "stop" }), chunk("", { choices: [], usage }), "[DONE]"].map(
      (data) => `data: ${data}\n\n`,
    );

    test.each(Object.keys(bodies))("is taken not to have %s, whole and streamed", async (path) => {
      for (const isStreamed of [false, true]) {
        await gateway.close();
        gateway = await startGatewayTo([{ name: "two", url: second.url, models: ["both"] }]);
        second.asked.length = 0;
        second.answer = isStreamed ? stream(chats) : json({ ...completion, usage });
        const ask = () => gateway.post(path, key, { model: "both", ...bodies[path], stream: isStreamed });
        for (let i = 0; i < 2; i++) {
          const response = await ask();
          const text = await response.text();
          expect(response.headers.get("x-atelier-translated")).toBe("/v1/chat/completions");
          if (isStreamed) expect(text).toContain(`event: ${ends[path]}\n`);
          else expect(JSON.parse(text).usage).toMatchObject({ input_tokens: 9, output_tokens: 4 });
          expect(text).not.toContain("choices");
          expect(settlement()).toMatchObject({
            usageSource: "reported",
            usage: { promptTokens: 9, completionTokens: 4 },
          });
        }
        expect(second.asked.map(({ url }) => url)).toEqual([path, "/v1/chat/completions", "/v1/chat/completions"]);
      }
    });

    test("is an error where the operator says that it has the endpoint: nothing of another API is passed on", async () => {
      for (const [isStreamed, answer] of [
        [false, json({ ...completion, usage })],
        [true, stream(chats)],
      ] as const) {
        upstream.answer = answer;
        const response = await gateway.post("/v1/responses", key, {
          model: "stated",
          input: "Hello",
          stream: isStreamed,
        });
        expect([response.status, (await response.json()).code]).toEqual([502, "model_server_invalid"]);
        expect(settlement()).toMatchObject({ usageSource: "none" });
      }
    });
  });

  test("is asked for a chat after those that may have it", async () => {
    upstream.answer = json({ error: { message: "Overloaded" } }, 503);
    second.answer = (response, asked, request) =>
      (asked.url.endsWith("/responses") ? json({ detail: "Not Found" }, 404) : json(completion))(
        response,
        asked,
        request,
      );
    const response = await gateway.post("/v1/responses", key, hello);
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ object: "response" })]);
    expect(second.asked.map(({ url }) => url)).toEqual(["/v1/responses", "/v1/chat/completions"]);
    expect(response.headers.get("x-atelier-model-server")).toBe('two; failover="stated: 503"');
  });
});
