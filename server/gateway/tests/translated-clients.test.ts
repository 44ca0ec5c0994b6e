import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool as langchainTool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { Agent, tool as agentTool, OpenAIProvider, Runner } from "@openai/agents";
import { generateText, type LanguageModel, stepCountIs, streamText, tool } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { chatOnly } from "@/tests/support/fakes/chat-only-server";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { type FakeModelServer, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

let upstream: FakeModelServer;
let gateway: TestGateway;
let apiKey: string;

beforeAll(async () => {
  upstream = await startModelServer(chatOnly);
  gateway = await startGatewayTo([{ name: "one", url: upstream.url }]);
  const acme = await workspace();
  apiKey = await newKey(acme);
});
beforeEach(() => {
  resetMetering();
  upstream.answer = chatOnly;
  upstream.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const model = "small";
const baseURL = () => `${gateway.url}/v1`;
const input = z.object({ city: z.string() });
const schema = { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] };
const description = "Says the weather.";
const weatherIn = (city: string) => `Sunny in ${city}.`;
const both = "Sunny in Paris. Sunny in Rome.";

/** What the ledger is told of each request: what the server said, to the token. */
async function ledgerHas(requests: number) {
  const line = { promptTokens: 120, completionTokens: 30, classes: { cacheRead: 64, reasoning: 8 } };
  await vi.waitFor(() => expect(metering().settlements).toHaveLength(requests));
  for (const settled of metering().settlements)
    expect(settled).toMatchObject({ status: 200, usageSource: "reported", usage: line });
  const chats = upstream.asked.filter(({ url }) => url === "/v1/chat/completions");
  expect(chats).toHaveLength(requests);
}

describe("@anthropic-ai/sdk, as it is", () => {
  const client = () => new Anthropic({ apiKey, baseURL: gateway.url, maxRetries: 0 });
  const question = { model, max_tokens: 100, messages: [{ role: "user" as const, content: "Hello" }] };
  const tools = [{ name: "weather", description, input_schema: schema }];

  test("asks for a message", async () => {
    const { data: message, response } = await client().messages.create(question).withResponse();
    expect(message).toMatchObject({
      ...{ type: "message", role: "assistant", model, stop_reason: "end_turn", stop_sequence: null },
      content: [{ type: "text", text: "Hello there." }],
      usage: { input_tokens: 56, cache_read_input_tokens: 64, cache_creation_input_tokens: 0, output_tokens: 30 },
    });
    expect(response.headers.get("x-atelier-translated")).toBe("/v1/chat/completions");
    await ledgerHas(1);
  });

  test("streams thinking and text with its helper", async () => {
    const stream = client().messages.stream({ ...question, thinking: { type: "enabled", budget_tokens: 1_024 } });
    const events: string[] = [];
    stream.on("streamEvent", ({ type }) => events.push(type));
    const message = await stream.finalMessage();
    expect(message.content).toMatchObject([
      { type: "thinking", thinking: "Let me see." },
      { type: "text", text: "Hello there." },
    ]);
    expect(message.usage).toMatchObject({ input_tokens: 56, cache_read_input_tokens: 64, output_tokens: 30 });
    expect([events[0], events.at(-1)]).toEqual(["message_start", "message_stop"]);
    await ledgerHas(1);
  });

  test("calls tools in parallel, and goes on with their results and the thinking", async () => {
    const thinking = { type: "enabled" as const, budget_tokens: 1_024 };
    const messages: Anthropic.MessageParam[] = [...question.messages];
    const called = await client()
      .messages.stream({ ...question, tools, thinking })
      .finalMessage();
    expect(called.stop_reason).toBe("tool_use");
    const uses = called.content.filter((block) => block.type === "tool_use");
    expect(uses.map((use) => use.input)).toEqual([{ city: "Paris" }, { city: "Rome" }]);
    const results = uses.map(({ id, input: said }) => ({
      ...{ type: "tool_result" as const, tool_use_id: id },
      content: weatherIn((said as { city: string }).city),
    }));
    messages.push({ role: "assistant", content: called.content }, { role: "user", content: results });
    const said = await client().messages.create({ ...question, messages, tools, thinking });
    expect(said.content.at(-1)).toMatchObject({ type: "text", text: both });
    expect(upstream.asked.at(-1)?.body.messages).toMatchObject([
      { role: "user" },
      { role: "assistant", reasoning_content: "Let me see.", tool_calls: [{ id: "call_a" }, { id: "call_b" }] },
      ...[{ role: "tool" }, { role: "tool" }],
    ]);
    await ledgerHas(2);
  });

  test("counts tokens, which costs nothing", async () => {
    const { data, response } = await client()
      .messages.countTokens({ model, messages: question.messages, tools })
      .withResponse();
    expect(data.input_tokens).toBeGreaterThan(20);
    expect(response.headers.get("x-atelier-estimated")).toBe("true");
    for (const { usage } of metering().settlements) expect(usage).toBeNull();
  });

  test("is told by name what cannot be translated, and what was left out", async () => {
    const search = [{ type: "web_search_20250305" as const, name: "web_search" as const }];
    const error = await client()
      .messages.create({ ...question, tools: search })
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error.error).toMatchObject({
      type: "error",
      error: { type: "invalid_request_error", message: expect.stringContaining("web_search_20250305") },
    });
    const { response } = await client()
      .messages.create({ ...question, output_config: { effort: "high" } })
      .withResponse();
    expect(response.headers.get("x-atelier-left-out")).toBe("output_config.effort");
  });
});

describe("openai, as it is", () => {
  const client = () => new OpenAI({ apiKey, baseURL: baseURL(), maxRetries: 0 });

  test("asks for a response", async () => {
    const { data: said, response } = await client().responses.create({ model, input: "Hello" }).withResponse();
    expect(said).toMatchObject({ object: "response", status: "completed", model, output_text: "Hello there." });
    expect(said.usage).toEqual({
      ...{ input_tokens: 120, input_tokens_details: { cached_tokens: 64, cache_write_tokens: 0 } },
      ...{ output_tokens: 30, output_tokens_details: { reasoning_tokens: 8 }, total_tokens: 150 },
    });
    expect(response.headers.get("x-atelier-translated")).toBe("/v1/chat/completions");
    await ledgerHas(1);
  });

  test("streams with its helper, with calls of functions", async () => {
    const parameters = { ...schema, additionalProperties: false };
    const tools = [{ type: "function" as const, name: "weather", description, parameters, strict: false }];
    const stream = client().responses.stream({ model, input: "Hello", tools, reasoning: { summary: "auto" } });
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    const said = await stream.finalResponse();
    expect([types[0], types.at(-1)]).toEqual(["response.created", "response.completed"]);
    expect(said.output).toMatchObject([
      { type: "reasoning", summary: [{ type: "summary_text", text: "Let me see." }] },
      { type: "message", content: [{ type: "output_text", text: "I look." }] },
      { type: "function_call", call_id: "call_a", arguments: '{"city":"Paris"}' },
      { type: "function_call", call_id: "call_b", arguments: '{"city":"Rome"}' },
    ]);
    await ledgerHas(1);
  });

  test("parses structured output", async () => {
    const format = {
      type: "json_schema" as const,
      name: "city",
      schema: { ...schema, additionalProperties: false },
      strict: true,
    };
    const said = await client().responses.parse({ model, input: "Hello", text: { format } });
    expect(said.output_parsed).toEqual({ city: "Paris" });
    expect(upstream.asked.at(-1)?.body).toMatchObject({ response_format: { type: "json_schema" } });
  });

  test("is told by name what cannot be translated", async () => {
    const tools = [{ type: "web_search" as const }];
    const error = await client()
      .responses.create({ model, input: "Hello", tools })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ status: 400, code: "cannot_be_translated", param: "tools.0" });
  });
});

const sdks: Record<string, () => LanguageModel> = {
  "@ai-sdk/openai": () => createOpenAI({ apiKey, baseURL: baseURL() })(model),
  "@ai-sdk/anthropic": () => createAnthropic({ apiKey, baseURL: baseURL() })(model),
};

describe.each(Object.entries(sdks))("ai with %s and its default model, as it is", (_, modelOf) => {
  const tools = { weather: tool({ description, inputSchema: input, execute: async ({ city }) => weatherIn(city) }) };
  /** References to what a server keeps are what AI SDK sends unless told not to. */
  const providerOptions = { openai: { store: false } };

  test("generates and streams text", async () => {
    expect(await generateText({ model: modelOf(), prompt: "Hello" })).toMatchObject({
      text: "Hello there.",
      usage: { inputTokens: 120, outputTokens: 30, inputTokenDetails: { cacheReadTokens: 64 } },
    });
    const streamed = streamText({ model: modelOf(), prompt: "Hello" });
    expect(await streamed.text).toBe("Hello there.");
    expect(await streamed.usage).toMatchObject({ inputTokens: 120, outputTokens: 30 });
    await ledgerHas(2);
  });

  test("runs tools", async () => {
    const asked = { model: modelOf(), prompt: "Hello", tools, stopWhen: stepCountIs(3), providerOptions };
    expect((await generateText(asked)).text).toBe(both);
    expect(await streamText(asked).text).toBe(both);
    await ledgerHas(4);
  });
});

test("@openai/agents runs an agent with a tool, whole and streamed", async () => {
  const openAIClient = new OpenAI({ apiKey, baseURL: baseURL(), maxRetries: 0 });
  const modelProvider = new OpenAIProvider({ openAIClient, useResponses: true });
  const runner = new Runner({ modelProvider, tracingDisabled: true });
  const weather = agentTool({
    name: "weather",
    description,
    parameters: input,
    execute: async ({ city }) => weatherIn(city),
  });
  const agent = new Agent({ name: "Forecaster", instructions: "Be brief.", model, tools: [weather] });
  expect((await runner.run(agent, "Hello")).finalOutput).toBe(both);
  const streamed = await runner.run(agent, "Hello", { stream: true });
  await streamed.completed;
  expect(streamed.finalOutput).toBe(both);
  await ledgerHas(4);
});

test("LangChain with useResponsesApi calls tools and goes on", async () => {
  const chat = new ChatOpenAI({
    model,
    apiKey,
    maxRetries: 0,
    useResponsesApi: true,
    configuration: { baseURL: baseURL() },
  });
  const weather = langchainTool(async ({ city }) => weatherIn(city), { name: "weather", description, schema: input });
  const bound = chat.bindTools([weather]);
  const question = new HumanMessage("Hello");
  const called = await bound.invoke([question]);
  expect(called.tool_calls).toMatchObject([{ args: { city: "Paris" } }, { args: { city: "Rome" } }]);
  const results = (called.tool_calls ?? []).map(
    ({ id = "", args }) => new ToolMessage({ content: weatherIn(args.city as string), tool_call_id: id }),
  );
  let text = "";
  for await (const part of await bound.stream([question, called, ...results])) text += part.text;
  expect(text).toBe(both);
  expect(called.usage_metadata).toMatchObject({ input_tokens: 120, output_tokens: 30 });
  await ledgerHas(2);
});
