import { expect, test } from "vitest";
import { heardIn } from "./chat-stream";
import { codeOf, noSettings, requestOf, type Turn, toolsIn } from "./request";

const tools = '[{"type": "function", "function": {"name": "weather"}}]';

test("settings are sent as numbers, and what is empty is the model's own", () => {
  const asked: Turn[] = [{ role: "user", content: "Hi" }];
  expect(requestOf("m", noSettings, asked)).toEqual({ model: "m", messages: asked });
  const settings = { ...noSettings, instructions: " Be kind. ", temperature: "0", topP: "0.5", maxTokens: "10" };
  expect(requestOf("m", { ...settings, isJson: true, tools }, asked)).toEqual({
    model: "m",
    messages: [{ role: "system", content: "Be kind." }, ...asked],
    ...{ temperature: 0, top_p: 0.5, max_tokens: 10 },
    response_format: { type: "json_object" },
    tools: JSON.parse(tools),
  });
});

test("pictures are parts of a question, and cut in the code to take away", () => {
  const picture = "data:image/png;base64,AAAA";
  const asked: Turn[] = [{ role: "user", content: "What is it?", images: [picture] }];
  expect(requestOf("m", noSettings, asked).messages).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "What is it?" },
        { type: "image_url", image_url: { url: picture } },
      ],
    },
  ]);
  expect(JSON.stringify(codeOf("m", noSettings, asked, ""))).not.toContain("AAAA");
});

test("a call is sent back with its result, or with none; reasoning and what broke off are not", () => {
  const turns: Turn[] = [
    { role: "user", content: "Weather?" },
    { role: "assistant", content: "", reasoning: "Hm.", calls: [{ id: "a", name: "weather", text: "{}" }] },
    { role: "user", content: "And?" },
    { role: "assistant", content: "It br", problem: "The connection was lost during the answer." },
  ];
  expect(requestOf("m", noSettings, turns).messages).toEqual([
    { role: "user", content: "Weather?" },
    {
      role: "assistant",
      content: "",
      tool_calls: [{ id: "a", type: "function", function: { name: "weather", arguments: "{}" } }],
    },
    { role: "tool", content: "", tool_call_id: "a" },
    { role: "user", content: "And?" },
  ]);
});

test("tools that are no JSON array are said to be none", () => {
  expect(toolsIn(" ")).toBeUndefined();
  expect(toolsIn(tools)).toEqual(JSON.parse(tools));
  for (const text of ["{}", "[]", "[", "weather"]) expect(toolsIn(text)).toMatch(/not a JSON array/);
});

test("reasoning and calls are heard in the dialects in which servers write them", () => {
  const heard = (delta: object) => [...heardIn(delta)];
  expect(heard({ content: "Hi" })).toEqual([{ text: "Hi" }]);
  expect(heard({ reasoning_content: "Hm", content: null })).toEqual([{ reasoning: "Hm" }]);
  expect(heard({ reasoning: "Hm" })).toEqual([{ reasoning: "Hm" }]);
  expect(
    heard({
      content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm" }] }, { type: "text", text: "Hi" }, null],
    }),
  ).toEqual([{ reasoning: "Hm" }, { text: "Hi" }]);
  expect(
    heard({ tool_calls: [{ index: 1, id: "a", function: { name: "weather", arguments: { city: "Paris" } } }] }),
  ).toEqual([{ call: { index: 1, id: "a", name: "weather", text: '{"city":"Paris"}' } }]);
  expect(heard({ tool_calls: [{ function: { arguments: '{"' } }] })).toEqual([{ call: { index: 0, text: '{"' } }]);
});
