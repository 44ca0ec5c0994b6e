import { describe, expect, test } from "vitest";
import { workAtOnce } from "@/server/platform/turns";
import { Refusal } from "../../errors/errors";
import type { Members } from "../members";
import { translateMessages } from "./request";

const base = { model: "small", max_tokens: 100 };
const hello = [{ role: "user", content: "Hello" }];
const chatOf = (body: Members) => workAtOnce(translateMessages({ ...base, ...body })).chat;
const messagesOf = (messages: unknown[], more: Members = {}) => chatOf({ messages, ...more }).messages;

function refusalOf(body: Members) {
  try {
    workAtOnce(translateMessages({ ...base, messages: hello, ...body }));
  } catch (error) {
    if (error instanceof Refusal) return error.error;
    throw error;
  }
  return undefined;
}

const schema = { type: "object", properties: { city: { type: "string" } } };
const weather = { name: "weather", description: "Says the weather.", input_schema: schema };
const weatherFunction = {
  type: "function",
  function: { name: "weather", description: "Says the weather.", parameters: schema },
};

test("the simplest request", () => {
  expect(chatOf({ messages: hello })).toEqual({ ...base, messages: hello });
});

test("what a chat has too", () => {
  const sampling = { temperature: 0.5, top_p: 0.9, top_k: 40 };
  expect(chatOf({ ...sampling, messages: hello, system: "Be brief.", stop_sequences: ["\n\n"], stream: true })).toEqual(
    {
      ...base,
      ...sampling,
      messages: [{ role: "system", content: "Be brief." }, ...hello],
      stop: ["\n\n"],
      stream: true,
    },
  );
});

test("system texts, without Claude Code's mark, and system messages further on", () => {
  const system = [
    { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.332.d60; cc_entrypoint=sdk-cli;" },
    { type: "text", text: "You are an agent.", cache_control: { type: "ephemeral" } },
    { type: "text", text: "Be brief." },
  ];
  const environment = { role: "system", content: [{ type: "text", text: "The directory is /tmp." }] };
  expect(messagesOf([...hello, environment], { system })).toEqual([
    { role: "system", content: "You are an agent.\n\nBe brief." },
    { role: "user", content: "Hello\n<system>\nThe directory is /tmp.\n</system>" },
  ]);
});

test("images by address and as base64, with the text around them", () => {
  const content = [
    { type: "text", text: "Compare" },
    { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
    { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } },
  ];
  expect(messagesOf([{ role: "user", content }])).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "Compare" },
        { type: "image_url", image_url: { url: "https://example.com/a.png" } },
        { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
      ],
    },
  ]);
});

test("a document that is text", () => {
  const source = { type: "text", media_type: "text/plain", data: "Once" };
  expect(messagesOf([{ role: "user", content: [{ type: "document", title: "A tale", source }] }])).toEqual([
    { role: "user", content: '<document title="A tale">\nOnce\n</document>' },
  ]);
});

test("parallel calls of tools and their results, one of them an image, one an error", () => {
  const called = [
    { type: "text", text: "I look." },
    { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Paris" } },
    { type: "tool_use", id: "toolu_2", name: "look", input: {} },
  ];
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };
  const results = [
    { type: "tool_result", tool_use_id: "toolu_1", content: "no such city", is_error: true },
    { type: "tool_result", tool_use_id: "toolu_2", content: [{ type: "text", text: "Seen." }, image] },
    { type: "text", text: "And now?" },
  ];
  expect(messagesOf([...hello, { role: "assistant", content: called }, { role: "user", content: results }])).toEqual([
    ...hello,
    {
      role: "assistant",
      content: "I look.",
      tool_calls: [
        { id: "toolu_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } },
        { id: "toolu_2", type: "function", function: { name: "look", arguments: "{}" } },
      ],
    },
    { role: "tool", tool_call_id: "toolu_1", content: "Error:\nno such city" },
    {
      ...{ role: "tool", tool_call_id: "toolu_2" },
      content: "Seen.\nThe images of this result are in the next message of the user.",
    },
    {
      role: "user",
      content: [
        { type: "text", text: "Images of the result of the tool call toolu_2:" },
        { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
        { type: "text", text: "And now?" },
      ],
    },
  ]);
});

test("a turn of results only makes no empty message", () => {
  const called = [{ type: "tool_use", id: "t", name: "weather", input: {} }];
  const results = [{ type: "tool_result", tool_use_id: "t" }];
  const messages = messagesOf([...hello, { role: "assistant", content: called }, { role: "user", content: results }]);
  expect((messages as unknown[]).slice(2)).toEqual([{ role: "tool", tool_call_id: "t", content: "" }]);
});

test("thinking goes back to a server in its own dialect, and only if it came from here", () => {
  const think = (signature: string, thinking: string) => [
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking, signature },
        { type: "redacted_thinking", data: "x" },
        { type: "text", text: "42" },
      ],
    },
    ...hello,
  ];
  const said = (signature: string, thinking = "") =>
    (messagesOf([...hello, ...think(signature, thinking)]) as unknown[])[1];
  const packed = Buffer.from("Hm.").toString("base64url");
  expect(said("atelier.reasoning_content.", "Hm.")).toEqual({
    role: "assistant",
    content: "42",
    reasoning_content: "Hm.",
  });
  expect(said(`atelier.reasoning.${packed}`)).toEqual({ role: "assistant", content: "42", reasoning: "Hm." });
  expect(said("atelier.thinking.", "Hm.")).toEqual({
    role: "assistant",
    content: [
      { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
      { type: "text", text: "42" },
    ],
  });
  expect(said("EqQBCgIYAhIM", "Hm.")).toEqual({ role: "assistant", content: "42" });
});

describe("tools", () => {
  const choices: [unknown, unknown][] = [
    [{ type: "auto" }, "auto"],
    [{ type: "any" }, "required"],
    [{ type: "none" }, "none"],
    [
      { type: "tool", name: "weather" },
      { type: "function", function: { name: "weather" } },
    ],
  ];
  test.each(choices)("chosen by %j", (choice, expected) => {
    const chat = chatOf({ messages: hello, tools: [weather], tool_choice: choice });
    expect([chat.tools, chat.tool_choice, chat.parallel_tool_calls]).toEqual([[weatherFunction], expected, undefined]);
  });

  test("one at a time", () => {
    const tool_choice = { type: "auto", disable_parallel_tool_use: true };
    expect(chatOf({ messages: hello, tools: [weather], tool_choice })).toMatchObject({ parallel_tool_calls: false });
  });

  test("none, and none chosen", () => {
    expect(chatOf({ messages: hello, tools: [], tool_choice: { type: "none" } })).toEqual({ ...base, messages: hello });
    expect(refusalOf({ tool_choice: { type: "any" } })).toMatchObject({ status: 400, param: "tool_choice" });
    expect(refusalOf({ tools: [weather], tool_choice: { type: "tool", name: "x" } })).toMatchObject({
      param: "tool_choice.name",
    });
  });

  test("whose loading is deferred, until one is referred to", () => {
    const deferred = [
      weather,
      { ...weather, name: "look", defer_loading: true },
      { ...weather, name: "go", defer_loading: true },
    ];
    const found = [{ type: "tool_reference", tool_name: "look" }];
    const messages = [
      ...hello,
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "ToolSearch", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: found }] },
    ];
    const names = (chat: Members) => (chat.tools as { function: { name: string } }[]).map((each) => each.function.name);
    expect(names(chatOf({ messages: hello, tools: deferred }))).toEqual(["weather"]);
    expect(names(chatOf({ messages, tools: deferred }))).toEqual(["weather", "look"]);
  });

  test("that messages add and remove", () => {
    const content = [
      { type: "tool_addition", tool: { type: "tool_definition", definition: { ...weather, name: "look" } } },
      { type: "tool_removal", tool: { type: "tool_reference", name: "weather" } },
    ];
    const chat = chatOf({ messages: [...hello, { role: "system", content }], tools: [weather] });
    expect(chat.tools).toEqual([{ type: "function", function: { ...weatherFunction.function, name: "look" } }]);
    expect(chat.messages).toEqual(hello);
  });
});

test("structured output, in both forms", () => {
  const format = { type: "json_schema", schema };
  const response_format = { type: "json_schema", json_schema: { name: "answer", schema, strict: true } };
  expect(chatOf({ messages: hello, output_config: { format } })).toMatchObject({ response_format });
  expect(chatOf({ messages: hello, output_format: format })).toMatchObject({ response_format });
});

test("an effort and a budget, but not what is usual", () => {
  const effort = (body: Members) => chatOf({ messages: hello, ...body }).reasoning_effort;
  expect(effort({ output_config: { effort: "low" } })).toBe("low");
  expect(effort({ output_config: { effort: "high" }, thinking: { type: "adaptive" } })).toBeUndefined();
  expect(effort({ thinking: { type: "disabled" } })).toBeUndefined();
  expect(
    [1_024, 8_000, 32_000].map((budget_tokens) => effort({ thinking: { type: "enabled", budget_tokens } })),
  ).toEqual(["low", "medium", "high"]);
});

test("what only says how a request is to be kept, paid or cached changes nothing", () => {
  const harmless = {
    metadata: { user_id: "{}" },
    service_tier: "auto",
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    cache_control: { type: "ephemeral" },
    container: null,
    mcp_servers: [],
  };
  const translated = workAtOnce(translateMessages({ ...base, messages: hello, ...harmless, newest: { of: "fields" } }));
  expect([translated.chat, translated.leftOut]).toEqual([{ ...base, messages: hello }, ["newest"]]);
});

const only = (block: object) => ({ messages: [{ role: "user", content: [block] }] });
const refused: [string, Members, string][] = [
  ["a hosted tool", { tools: [{ type: "web_search_20250305", name: "web_search" }] }, "tools.0"],
  ["use of a computer", { tools: [weather, { type: "computer_20251124", name: "computer" }] }, "tools.1"],
  ["a container", { container: "c_1" }, "container"],
  ["other servers' tools", { mcp_servers: [{ type: "url", url: "https://example.com" }] }, "mcp_servers"],
  [
    "a PDF",
    only({ type: "document", source: { type: "base64", media_type: "application/pdf", data: "x" } }),
    "messages.0.content.0",
  ],
  ["a file's id", only({ type: "image", source: { type: "file", file_id: "f" } }), "messages.0.content.0.source"],
  [
    "a block that is not known",
    only({ type: "search_result", source: "x", title: "x", content: [] }),
    "messages.0.content.0",
  ],
  ["the beginning of the answer", { messages: [...hello, { role: "assistant", content: "{" }] }, "messages"],
  ["a format that is not known", { output_config: { format: { type: "grammar" } } }, "output_config.format"],
];
test.each(refused)("refused by name: %s", (_, body, param) => {
  expect(refusalOf(body)).toMatchObject({ status: 400, code: "cannot_be_translated", param });
});

const odd: [Members, string][] = [
  [{ max_tokens: undefined }, "max_tokens"],
  [{ messages: [] }, "messages"],
  [{ messages: ["x"] }, "messages.0.role"],
  [{ messages: [{ role: "user", content: 7 }] }, "messages.0.content"],
  [{ messages: [{ role: "user", content: [7] }] }, "messages.0.content.0"],
  [{ tools: {} }, "tools"],
  [{ tools: [{}] }, "tools.0.name"],
  [{ thinking: { type: "enabled" } }, "thinking"],
  [only({ type: "tool_result" }), "messages.0.content.0.tool_use_id"],
  [{ messages: [{ role: "assistant", content: [{ type: "tool_use" }] }, ...hello] }, "messages.0.content.0.id"],
];
test.each(odd)("not as documented: %j", (body, param) => {
  expect(refusalOf(body)).toMatchObject({ status: 400, code: "invalid_request", param });
});
