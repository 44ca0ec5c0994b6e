import Anthropic from "@anthropic-ai/sdk";
import { OpenAI as LangChainCompletions } from "@langchain/openai";
import { Mistral } from "@mistralai/mistralai";
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { chunk, type FakeModelServer, json, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

let upstream: FakeModelServer;
let gateway: TestGateway;
let apiKey: string;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGatewayTo([{ name: "one", url: upstream.url, models: [{ id: "public", upstream: "theirs" }] }]);
  const acme = await workspace();
  apiKey = await newKey(acme);
});
beforeEach(() => {
  resetMetering();
  upstream.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const model = "public";
const settled = () => metering().settlements.at(-1);
const event = (data: { type: string } & Record<string, unknown>) =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const recording = () => toFile(Buffer.alloc(4_000), "a.mp3", { type: "audio/mpeg" });

describe("OpenAI's client, as it is", () => {
  const client = (key = apiKey) => new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const text = { type: "output_text", text: "Hello.", annotations: [] };
  const answer = {
    ...{ id: "resp_1", object: "response", created_at: 1, model: "theirs", status: "completed", error: null },
    output: [
      { type: "message", id: "msg_1", role: "assistant", status: "completed", content: [text] },
      {
        type: "function_call",
        id: "fc_1",
        call_id: "call_1",
        name: "look",
        arguments: '{"at":"sea"}',
        status: "completed",
      },
    ],
    ...{ parallel_tool_calls: true, tool_choice: "auto", tools: [] },
    usage: {
      input_tokens: 12,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 17,
    },
  };

  test("asks for responses, whole and as events", async () => {
    upstream.answer = json(answer);
    const whole = await client().responses.create({ model, input: "Hello" });
    expect([whole.output_text, whole.model, whole.output[1]]).toEqual(["Hello.", model, answer.output[1]]);
    upstream.answer = stream([
      event({
        type: "response.created",
        sequence_number: 0,
        response: { ...answer, status: "in_progress", output: [] },
      }),
      event({
        type: "response.output_item.added",
        sequence_number: 1,
        output_index: 0,
        item: { ...answer.output[0], content: [] },
      }),
      event({
        type: "response.content_part.added",
        sequence_number: 2,
        item_id: "msg_1",
        output_index: 0,
        content_index: 0,
        part: { ...text, text: "" },
      }),
      event({
        type: "response.output_text.delta",
        sequence_number: 3,
        item_id: "msg_1",
        output_index: 0,
        content_index: 0,
        delta: "Hello.",
        logprobs: [],
      }),
      event({ type: "response.completed", sequence_number: 4, response: answer }),
    ]);
    const streamed = client().responses.stream({ model, input: "Hello" });
    const types: string[] = [];
    for await (const { type } of streamed) types.push(type);
    expect(types.filter((type) => type !== "response.output_text.delta")).toHaveLength(4);
    expect((await streamed.finalResponse()).usage?.total_tokens).toBe(17);
    expect(settled()).toMatchObject({ usage: { promptTokens: 12, completionTokens: 5, classes: { reasoning: 2 } } });
  });

  test("throws a stream's failure", async () => {
    upstream.answer = stream([
      event({
        type: "response.failed",
        response: { ...answer, status: "failed", error: { code: "server_error", message: "Broke." } },
      }),
    ]);
    const failing = async () => {
      for await (const _ of await client().responses.create({ model, input: "Hello", stream: true }));
    };
    await expect(failing()).rejects.toThrow("Broke.");
  });

  test("completes texts, whole and streamed", async () => {
    const usage = { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 };
    upstream.answer = json({
      id: "1",
      object: "text_completion",
      created: 1,
      model: "theirs",
      choices: [{ index: 0, text: "Hi.", finish_reason: "stop" }],
      usage,
    });
    expect((await client().completions.create({ model, prompt: "Hello" })).choices[0]?.text).toBe("Hi.");
    upstream.answer = stream([
      `data: ${JSON.stringify({ choices: [{ text: "Hi.", finish_reason: "stop" }] })}\n\n`,
      `data: ${JSON.stringify({ choices: [], usage })}\n\n`,
      "data: [DONE]\n\n",
    ]);
    let said = "";
    for await (const { choices } of await client().completions.create({ model, prompt: "Hello", stream: true }))
      said += choices[0]?.text;
    expect([said, settled()?.usage]).toEqual(["Hi.", { promptTokens: 2, completionTokens: 3 }]);
  });

  test("has a recording written down and translated, and a text spoken", async () => {
    upstream.answer = json({ text: "Hello.", usage: { type: "duration", seconds: 3 } });
    expect((await client().audio.transcriptions.create({ file: await recording(), model })).text).toBe("Hello.");
    expect(upstream.asked[0]?.text).toContain('name="model"\r\n\r\ntheirs\r\n');
    expect((await client().audio.translations.create({ model, file: await recording() })).text).toBe("Hello.");
    expect(settled()).toMatchObject({ usage: { classes: { second: 3 } } });
    upstream.answer = (response) => response.writeHead(200, { "content-type": "audio/mpeg" }).end("sound");
    const spoken = await client().audio.speech.create({ model, voice: "alloy", input: "Hello" });
    expect([Buffer.from(await spoken.arrayBuffer()).toString(), settled()?.usage?.classes]).toEqual([
      "sound",
      { character: 5 },
    ]);
  });

  test("streams a transcript", async () => {
    upstream.answer = stream([
      event({ type: "transcript.text.delta", delta: "Hello." }),
      event({
        type: "transcript.text.done",
        text: "Hello.",
        usage: { type: "tokens", input_tokens: 9, output_tokens: 2, total_tokens: 11 },
      }),
    ]);
    const events = await client().audio.transcriptions.create({ file: await recording(), model, stream: true });
    const types: string[] = [];
    for await (const { type } of events) types.push(type);
    expect(types).toEqual(["transcript.text.delta", "transcript.text.done"]);
    expect(settled()).toMatchObject({ usage: { promptTokens: 9, completionTokens: 2 } });
  });

  test("makes and changes images, and has texts moderated", async () => {
    upstream.answer = json({ created: 1, data: [{ b64_json: "AAAA" }] });
    expect((await client().images.generate({ model, prompt: "A cat" })).data).toHaveLength(1);
    const image = await toFile(Buffer.alloc(100), "a.png", { type: "image/png" });
    expect((await client().images.edit({ model, image, prompt: "A dog" })).data).toHaveLength(1);
    expect(settled()).toMatchObject({ usage: { classes: { image: 1 } } });
    upstream.answer = json({
      id: "1",
      model: "theirs",
      results: [{ flagged: true, categories: {}, category_scores: {} }],
    });
    expect((await client().moderations.create({ model, input: "Hello" })).results[0]?.flagged).toBe(true);
  });
});

test("LangChain completes texts, whole, streamed, and several at once", async () => {
  const configuration = { baseURL: `${gateway.url}/v1` };
  const older = new LangChainCompletions({ model, apiKey, configuration, maxRetries: 0, maxTokens: 20 });
  const usage = { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10 };
  const choices = ["One.", "Two."].map((text, index) => ({ text, index, logprobs: null, finish_reason: "stop" }));
  upstream.answer = json({ id: "1", object: "text_completion", created: 1, model: "theirs", choices, usage });
  expect((await older.generate(["A", "B"])).generations.flat().map(({ text }) => text)).toEqual(["One.", "Two."]);
  expect(upstream.asked[0]).toMatchObject({ url: "/v1/completions", body: { model: "theirs", prompt: ["A", "B"] } });
  upstream.answer = stream([
    ...["On", "ce."].map(
      (text) => `data: ${JSON.stringify({ choices: [{ text, index: 0, finish_reason: null }] })}\n\n`,
    ),
    `data: ${JSON.stringify({ choices: [{ text: "", index: 0, finish_reason: "stop" }] })}\n\n`,
    `data: ${JSON.stringify({ choices: [], usage })}\n\n`,
    "data: [DONE]\n\n",
  ]);
  let said = "";
  for await (const piece of await older.stream("A")) said += piece;
  expect(said).toBe("Once.");
  const all = metering().settlements.map(({ usage: used }) => used);
  expect(all).toEqual(Array.from({ length: 2 }, () => ({ promptTokens: 4, completionTokens: 6 })));
});

describe("Anthropic's client, as it is", () => {
  const client = (key = apiKey, more = {}) =>
    new Anthropic({ apiKey: key, baseURL: gateway.url, maxRetries: 0, ...more });
  const messages = [{ role: "user" as const, content: "Hello" }];
  const tools = [{ name: "look", input_schema: { type: "object" as const } }];
  const message = {
    ...{
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "theirs",
      stop_reason: "tool_use",
      stop_sequence: null,
    },
    content: [
      { type: "text", text: "Hello." },
      { type: "tool_use", id: "toolu_1", name: "look", input: { at: "sea" } },
    ],
    usage: { input_tokens: 10, cache_creation_input_tokens: 4, cache_read_input_tokens: 6, output_tokens: 7 },
  };
  const used = { promptTokens: 20, completionTokens: 7, classes: { cacheRead: 6, cacheWrite: 4 } };

  test("gets a message with a tool's call", async () => {
    upstream.answer = json(message);
    const answer = await client().messages.create({ model, max_tokens: 50, messages, tools });
    expect(answer).toEqual({ ...message, model });
    expect(answer._request_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(settled()).toMatchObject({ usage: used, usageSource: "reported" });
    await client(undefined, { apiKey: null, authToken: apiKey }).messages.create({ model, max_tokens: 50, messages });
    expect(upstream.asked[1]?.headers["anthropic-version"]).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  test("streams a message with a tool's call", async () => {
    upstream.answer = stream([
      event({
        type: "message_start",
        message: { ...message, content: [], stop_reason: null, usage: { ...message.usage, output_tokens: 1 } },
      }),
      event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
      event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello." } }),
      event({ type: "content_block_stop", index: 0 }),
      event({ type: "content_block_start", index: 1, content_block: { ...message.content[1], input: {} } }),
      event({ type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: '{"at":' } }),
      event({ type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: '"sea"}' } }),
      event({ type: "content_block_stop", index: 1 }),
      event({
        type: "message_delta",
        delta: { stop_reason: "tool_use", stop_sequence: null },
        usage: { output_tokens: 7 },
      }),
      event({ type: "message_stop" }),
    ]);
    const final = await client().messages.stream({ model, max_tokens: 50, messages, tools }).finalMessage();
    expect(final.content).toMatchObject(message.content);
    expect(settled()).toMatchObject({ usage: used, usageSource: "reported" });
  });

  test("counts tokens", async () => {
    upstream.answer = json({ input_tokens: 9 });
    expect(await client().messages.countTokens({ model, messages })).toMatchObject({ input_tokens: 9 });
  });

  test("lists and reads models as its own; others read them as before", async () => {
    const own = {
      id: model,
      type: "model",
      display_name: model,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    };
    const page = await client().models.list();
    expect(page).toMatchObject({ data: [own], first_id: model, last_id: model });
    expect(page.hasNextPage()).toBe(false);
    expect(await client().models.retrieve(model)).toMatchObject(own);
    const usual = await fetch(`${gateway.url}/v1/models`, { headers: { "x-api-key": apiKey } });
    expect(await usual.json()).toMatchObject({ object: "list", data: [{ id: model, object: "model", type: "base" }] });
  });

  test("throws what is refused as its own kinds of errors", async () => {
    const ask = (one: Anthropic, name = model) => one.messages.create({ model: name, max_tokens: 50, messages });
    await expect(ask(client("atl_no"))).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    await expect(ask(client(), "none")).rejects.toMatchObject({ status: 404, type: "not_found_error" });
    metering().answer = () => ({
      ...{ isGranted: false, reason: "tokens", scope: "key", whose: "key", span: "minute" },
      ...{ limit: 1, used: 1, isUnderWay: false, retryAfterSeconds: 9 },
    });
    await expect(ask(client())).rejects.toBeInstanceOf(Anthropic.RateLimitError);
    resetMetering();
    upstream.answer = stream([
      event({ type: "message_start", message }),
      event({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
    ]);
    await expect(client().messages.stream({ model, max_tokens: 50, messages }).finalMessage()).rejects.toThrow(
      "Overloaded",
    );
  });
});

describe("Mistral's client, as it is", () => {
  const client = () => new Mistral({ apiKey, serverURL: gateway.url });
  const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
  const common = { id: "1", object: "chat.completion", created: 1, model: "theirs", usage };

  test("fills in code, whole and streamed", async () => {
    upstream.answer = json({
      ...common,
      choices: [{ index: 0, message: { role: "assistant", content: "b" }, finish_reason: "stop" }],
    });
    const answer = await client().fim.complete({ model, prompt: "a", suffix: "c" });
    expect([answer.choices?.[0]?.message?.content, answer.model]).toEqual(["b", model]);
    upstream.answer = stream([`data: ${chunk("b", { finish: "stop", usage })}\n\n`, "data: [DONE]\n\n"]);
    let said = "";
    for await (const { data } of await client().fim.stream({ model, prompt: "a" }))
      said += data.choices[0]?.delta.content;
    expect([said, settled()?.usage]).toEqual(["b", { promptTokens: 8, completionTokens: 2 }]);
  });

  test("reads documents", async () => {
    const page = { index: 0, markdown: "# A", images: [], dimensions: null };
    upstream.answer = json({ pages: [page], model: "theirs", usage_info: { pages_processed: 1, doc_size_bytes: 9 } });
    const document = { type: "document_url" as const, documentUrl: "https://example.com/a.pdf" };
    expect((await client().ocr.process({ model, document })).pages[0]?.markdown).toBe("# A");
    expect(settled()).toMatchObject({ usage: { classes: { page: 1 } } });
  });

  test("moderates and classifies texts and conversations", async () => {
    const messages = [{ role: "user" as const, content: "Hello" }];
    upstream.answer = json({
      id: "1",
      model: "theirs",
      results: [{ categories: { sexual: false }, category_scores: { sexual: 0 } }],
    });
    expect((await client().classifiers.moderate({ model, inputs: ["Hello"] })).results).toHaveLength(1);
    expect((await client().classifiers.moderateChat({ model, inputs: messages })).results).toHaveLength(1);
    upstream.answer = json({ id: "1", model: "theirs", results: [{ mood: { scores: { good: 1 } } }] });
    expect((await client().classifiers.classify({ model, inputs: ["Hello"] })).results).toHaveLength(1);
    expect((await client().classifiers.classifyChat({ model, input: { messages } })).results).toHaveLength(1);
    expect(upstream.asked.map(({ url }) => url)).toEqual([
      ...["/v1/moderations", "/v1/chat/moderations", "/v1/classifications", "/v1/chat/classifications"],
    ]);
  });

  test("has a recording written down", async () => {
    upstream.answer = json({
      ...{ model: "theirs", text: "Hello.", language: "en", segments: [] },
      usage: { prompt_audio_seconds: 4, prompt_tokens: 3, completion_tokens: 2, total_tokens: 105 },
    });
    const answer = await client().audio.transcriptions.complete({
      model,
      file: new File([Buffer.alloc(4_000)], "a.mp3"),
    });
    expect(answer.text).toBe("Hello.");
    expect(settled()).toMatchObject({
      usage: { promptTokens: 103, completionTokens: 2, classes: { second: 4, audioInput: 100 } },
    });
  });
});
