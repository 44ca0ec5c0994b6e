import { describe, expect, test } from "vitest";
import { workAtOnce } from "@/server/platform/turns";
import { delta } from "@/tests/support/translate/chat-streams";
import { readResponseEvents } from "@/tests/support/translate/response-events";
import { Refusal } from "../../errors/errors";
import type { Members } from "../members";
import { translateResponses } from "./request";

const base = { model: "small" };
const chatOf = (body: Members) => workAtOnce(translateResponses({ ...base, input: "Hello", ...body })).chat;
const messagesOf = (input: unknown, more: Members = {}) => chatOf({ input, ...more }).messages;
const hello = [{ role: "user", content: "Hello" }];
const identity = { requestId: "01234567-89ab", id: "0123456789ab", model: "small", created: 1_795_000_000 };

function refusalOf(body: Members) {
  try {
    workAtOnce(translateResponses({ ...base, input: "Hello", ...body }));
  } catch (error) {
    if (error instanceof Refusal) return error.error;
    throw error;
  }
  return undefined;
}

const parameters = { type: "object", properties: { city: { type: "string" } } };
const weather = { type: "function", name: "weather", description: "Says the weather.", parameters, strict: false };
const weatherFunction = {
  type: "function",
  function: { name: "weather", description: "Says the weather.", parameters },
};

test("the simplest requests", () => {
  expect(chatOf({})).toEqual({ ...base, messages: hello });
  expect(messagesOf([{ role: "user", content: "Hello" }])).toEqual(hello);
  expect(messagesOf([{ type: "message", role: "user", content: [{ type: "input_text", text: "Hello" }] }])).toEqual(
    hello,
  );
});

test("what a chat has too", () => {
  const body = { temperature: 0.5, top_p: 0.9, max_output_tokens: 100, stream: true, reasoning: { effort: "low" } };
  expect(chatOf(body)).toEqual({
    ...{ ...base, messages: hello, temperature: 0.5, top_p: 0.9 },
    ...{ max_tokens: 100, stream: true, reasoning_effort: "low" },
  });
});

test("instructions and developers' messages are one system message, as far as they come first", () => {
  const text = (role: string, text: string) => ({ type: "message", role, content: [{ type: "input_text", text }] });
  const input = [
    text("developer", "Be brief."),
    text("user", "Hello"),
    text("developer", "Be kind."),
    text("user", "!"),
  ];
  expect(messagesOf(input, { instructions: "You are an agent." })).toEqual([
    { role: "system", content: "You are an agent.\n\nBe brief." },
    { role: "user", content: "Hello\n<system>\nBe kind.\n</system>\n!" },
  ]);
});

test("images, by address and as data", () => {
  const image = { type: "input_image", image_url: "data:image/png;base64,aGk=", detail: "auto" };
  const content = [{ type: "input_text", text: "What?" }, image, { ...image, detail: "original" }];
  expect(messagesOf([{ role: "user", content }])).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "What?" },
        { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
        { type: "image_url", image_url: { url: "data:image/png;base64,aGk=", detail: "high" } },
      ],
    },
  ]);
});

test("a conversation with reasoning, calls of both kinds and their results", () => {
  const packed = `atelier.reasoning_content.${Buffer.from("Hm.").toString("base64url")}`;
  const input = [
    { role: "user", content: "Hello" },
    { type: "reasoning", id: "rs_1", summary: [], encrypted_content: packed },
    {
      type: "reasoning",
      id: "rs_2",
      summary: [{ type: "summary_text", text: "Foreign." }],
      encrypted_content: "gAAAA",
    },
    {
      type: "message",
      id: "msg_1",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: "I look.", annotations: [] }],
    },
    { type: "function_call", id: "fc_1", call_id: "call_1", name: "weather", arguments: '{"city":"Paris"}' },
    { type: "custom_tool_call", id: "ctc_1", call_id: "call_2", name: "apply_patch", input: "*** Begin" },
    { type: "function_call_output", call_id: "call_1", output: "Sunny" },
    { type: "custom_tool_call_output", call_id: "call_2", output: [{ type: "input_text", text: "Done" }] },
    { type: "web_search_call", id: "ws_1", status: "completed" },
  ];
  const call = (id: string, name: string, args: string) => ({
    id,
    type: "function",
    function: { name, arguments: args },
  });
  expect(messagesOf(input)).toEqual([
    ...hello,
    {
      ...{ role: "assistant", content: "I look.", reasoning_content: "Hm." },
      tool_calls: [
        call("call_1", "weather", '{"city":"Paris"}'),
        call("call_2", "apply_patch", '{"input":"*** Begin"}'),
      ],
    },
    { role: "tool", tool_call_id: "call_1", content: "Sunny" },
    { role: "tool", tool_call_id: "call_2", content: "Done" },
  ]);
});

describe("tools", () => {
  const choices: [unknown, unknown][] = [
    ["auto", "auto"],
    ["required", "required"],
    ["none", "none"],
    [
      { type: "function", name: "weather" },
      { type: "function", function: { name: "weather" } },
    ],
    [{ type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "weather" }] }, "required"],
  ];
  test.each(choices)("chosen by %j", (tool_choice, expected) => {
    const chat = chatOf({ tools: [weather], tool_choice });
    expect([chat.tools, chat.tool_choice]).toEqual([[weatherFunction], expected]);
  });

  test("only those that are allowed, and one at a time", () => {
    const tool_choice = { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "weather" }] };
    const chat = chatOf({ tools: [{ ...weather, name: "look" }, weather], tool_choice, parallel_tool_calls: false });
    expect(chat).toMatchObject({ tools: [weatherFunction], tool_choice: "auto", parallel_tool_calls: false });
  });

  test("none", () => {
    expect(chatOf({ tools: [], tool_choice: "auto", parallel_tool_calls: true })).toEqual({ ...base, messages: hello });
    expect(refusalOf({ tool_choice: "required" })).toMatchObject({ status: 400, param: "tool_choice" });
  });

  test("a custom one is a function with an input, which is told the grammar", () => {
    const format = { type: "grammar", syntax: "lark", definition: "start: WORD" };
    const tools = [{ type: "custom", name: "apply_patch", description: "Edits files.", format }];
    expect(chatOf({ tools, tool_choice: { type: "custom", name: "apply_patch" } })).toMatchObject({
      tools: [
        {
          function: {
            name: "apply_patch",
            description: "Edits files.\n\nThe input must match this lark grammar:\nstart: WORD",
            parameters: { properties: { input: { type: "string" } }, required: ["input"] },
          },
        },
      ],
      tool_choice: { type: "function", function: { name: "apply_patch" } },
    });
  });

  test("in namespaces keep them: in the call, and in the conversation that goes on", () => {
    const tools = [weather, { type: "namespace", name: "agents", description: "Others.", tools: [weather] }];
    const item = { call_id: "call_1", name: "weather", namespace: "agents", arguments: "{}" };
    const input = [
      { type: "function_call", ...item },
      { type: "function_call_output", call_id: "call_1", output: "x" },
    ];
    const request = workAtOnce(translateResponses({ ...base, input, tools }));
    expect(request.chat).toMatchObject({
      tools: [{ function: { name: "weather" } }, { function: { name: "agents__weather" } }],
      messages: [{ tool_calls: [{ function: { name: "agents__weather" } }] }, { role: "tool" }],
    });
    const stream = request.stream(identity);
    const called = { id: "call_1", function: { name: "agents__weather", arguments: "{}" } };
    const { response } = readResponseEvents(
      stream.chunk(delta({ tool_calls: [called] }, "stop")) + stream.end(undefined),
    );
    expect(response.output).toMatchObject([{ type: "function_call", ...item }]);
  });

  test("have names that servers take, each its own", () => {
    const name = "n".repeat(60);
    const tools = ["one", "two"].map((namespace) => ({
      type: "namespace",
      name: namespace,
      tools: [{ ...weather, name }],
    }));
    const names = (chatOf({ tools }).tools as { function: { name: string } }[]).map((each) => each.function.name);
    expect(new Set(names).size).toBe(2);
    expect(names.every((each) => each.length <= 64)).toBe(true);
  });

  test("that Codex offers with everything are left out of its requests, and refused in others", () => {
    const tools = [weather, { type: "web_search", external_web_access: true }];
    const request = workAtOnce(
      translateResponses({
        ...base,
        input: "Hello",
        tools,
        client_metadata: { "x-codex-window-id": "1" },
      }),
    );
    expect([request.chat.tools, request.leftOut]).toEqual([[weatherFunction], ["tools.1 (web_search)"]]);
    expect(refusalOf({ tools })).toMatchObject({ code: "cannot_be_translated", param: "tools.1" });
  });
});

test("structured output in every form", () => {
  const format = (format: unknown) => chatOf({ text: { format } }).response_format;
  expect(format({ type: "text" })).toBeUndefined();
  expect(format({ type: "json_object" })).toEqual({ type: "json_object" });
  expect(format({ type: "json_schema", name: "city", schema: parameters, strict: true })).toEqual({
    type: "json_schema",
    json_schema: { name: "city", schema: parameters, strict: true },
  });
});

test("what only says how a request is to be kept, paid or cached changes nothing", () => {
  const harmless = {
    ...{ store: true, include: ["reasoning.encrypted_content"], metadata: { a: "b" }, user: "u", truncation: "auto" },
    ...{ service_tier: "auto", prompt_cache_key: "k", safety_identifier: "s", background: false },
    ...{
      previous_response_id: null,
      conversation: null,
      top_logprobs: 0,
      stream_options: { include_obfuscation: false },
    },
  };
  const translated = workAtOnce(
    translateResponses({
      ...base,
      input: "Hello",
      ...harmless,
      text: { verbosity: "low" },
      newest: 1,
    }),
  );
  expect(translated.chat).toEqual({ ...base, messages: hello });
  expect(translated.leftOut).toEqual(["newest", "text.verbosity"]);
});

const only = (part: object) => ({ input: [{ role: "user", content: [part] }] });
const refused: [string, Members, string][] = [
  ["earlier answers", { previous_response_id: "resp_1" }, "previous_response_id"],
  ["a conversation", { conversation: "conv_1" }, "conversation"],
  ["work in the background", { background: true }, "background"],
  ["a stored prompt", { prompt: { id: "p" } }, "prompt"],
  ["probabilities", { top_logprobs: 3 }, "top_logprobs"],
  ["a hosted tool", { tools: [weather, { type: "file_search", vector_store_ids: [] }] }, "tools.1"],
  ["the choice of a hosted tool", { tools: [weather], tool_choice: { type: "file_search" } }, "tool_choice"],
  ["a file", only({ type: "input_file", file_id: "f" }), "input.0.content.0"],
  ["an image by its file's id", only({ type: "input_image", file_id: "f" }), "input.0.content.0"],
  ["a reference", { input: [{ type: "item_reference", id: "msg_1" }] }, "input.0"],
  ["a reference without a type", { input: [{ id: "msg_1" }] }, "input.0"],
  ["an item that is not known", { input: [{ type: "computer_call" }] }, "input.0"],
  ["a format that is not known", { text: { format: { type: "xml" } } }, "text.format"],
];
test.each(refused)("refused by name: %s", (_, body, param) => {
  expect(refusalOf(body)).toMatchObject({ status: 400, code: "cannot_be_translated", param });
});

const odd: [Members, string][] = [
  [{ input: undefined }, "input"],
  [{ input: 7 }, "input"],
  [{ input: ["x"] }, "input.0"],
  [{ input: [{ role: "critic", content: "x" }] }, "input.0.role"],
  [{ input: [{ type: "function_call", name: "x" }] }, "input.0.call_id"],
  [{ input: [{ type: "function_call_output" }] }, "input.0.call_id"],
  [{ instructions: ["x"] }, "instructions"],
  [{ tools: {} }, "tools"],
  [{ tools: [weather], tool_choice: { type: "function", name: "x" } }, "tool_choice.name"],
];
test.each(odd)("not as documented: %j", (body, param) => {
  expect(refusalOf(body)).toMatchObject({ status: 400, code: "invalid_request", param });
});
