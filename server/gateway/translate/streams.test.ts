import { describe, expect, test } from "vitest";
import { workAtOnce } from "@/server/platform/turns";
import { type Chunk, call, chatStreams, delta, inCharacters } from "@/tests/support/translate/chat-streams";
import { readMessageEvents } from "@/tests/support/translate/message-events";
import { readResponseEvents } from "@/tests/support/translate/response-events";
import { failures } from "../errors/answer-error";
import { translateMessages } from "./messages/request";
import { translateResponses } from "./responses/request";
import type { StreamTranslator, TranslatedRequest } from "./translation";

const identity = { requestId: "01234567-89ab", id: "0123456789ab", model: "small", created: 1_795_000_000 };
const used = { promptTokens: 40, completionTokens: 30, classes: { cacheRead: 16, reasoning: 4 } };

const weather = { name: "weather", description: "Says the weather." };
const schema = { type: "object", properties: { city: { type: "string" } } };
const question = { model: "small", max_tokens: 100, messages: [{ role: "user", content: "Hello" }] };

type Api = { requests: Record<string, TranslatedRequest>; read: (text: string) => unknown; error: unknown };

const apis: Record<string, Api> = {
  messages: {
    requests: {
      "without thinking": workAtOnce(translateMessages({ ...question, tools: [{ ...weather, input_schema: schema }] })),
      "with thinking": workAtOnce(
        translateMessages({ ...question, thinking: { type: "enabled", budget_tokens: 1_024 } }),
      ),
      "with thinking that is not shown": workAtOnce(
        translateMessages({
          ...question,
          thinking: { type: "adaptive", display: "omitted" },
        }),
      ),
    },
    read: (text) => {
      const { message, error } = readMessageEvents(text);
      return error ?? message;
    },
    error: { type: "api_error", code: "model_server_failed" },
  },
  responses: {
    requests: {
      "with functions": workAtOnce(
        translateResponses({
          ...{ model: "small", input: "Hello", include: ["reasoning.encrypted_content"] },
          tools: [{ type: "function", ...weather, parameters: schema }],
        }),
      ),
      "with summaries and custom tools": workAtOnce(
        translateResponses({
          ...{ model: "small", input: "Hello", reasoning: { summary: "auto" } },
          tools: [{ type: "custom", ...weather }],
        }),
      ),
    },
    read: (text) => {
      const { response, error } = readResponseEvents(text);
      return error ? response.error : response;
    },
    error: { code: "model_server_failed" },
  },
};

function feed(stream: StreamTranslator, chunks: Chunk[]): string {
  return chunks.map((chunk) => stream.chunk(chunk)).join("");
}

describe.each(Object.entries(apis))("%s", (_, { requests, read, error }) => {
  describe.each(Object.entries(requests))("%s", (_, request) => {
    test.each(Object.entries(chatStreams))("%s: the stream says what the whole answer says", (_, { chunks, whole }) => {
      const expected = request.answer(whole, used, identity);
      for (const pieces of [chunks, inCharacters(chunks)]) {
        const stream = request.stream(identity);
        expect(read(feed(stream, pieces) + stream.end(used))).toEqual(expected);
      }
    });

    test.each(Object.entries(chatStreams))(
      "%s: cut after every chunk, it ends with an error in order",
      (_, { chunks }) => {
        const pieces = inCharacters(chunks);
        for (let length = 0; length <= pieces.length; length++) {
          const stream = request.stream(identity);
          const before = feed(stream, pieces.slice(0, length));
          expect(read(before + stream.fail(failures.failed))).toMatchObject(error as object);
        }
      },
    );

    test("the first chunk is answered at once, whatever it says", () => {
      expect(request.stream(identity).chunk(delta({ role: "assistant", content: "" }))).not.toBe("");
    });

    test("a piece of a call that has ended cannot be used, and what came before it is not lost", () => {
      const stream = request.stream(identity);
      const begun = feed(stream, [
        call(0, { id: "call_a", name: "weather", args: '{"input":"x"' }),
        call(1, { id: "call_b", name: "weather", args: "{}" }),
      ]);
      expect(() => stream.chunk(call(0, { args: "}" }))).toThrow("cannot be used");
      expect(() => stream.chunk(delta({ content: "lost" }))).not.toThrow();
      expect(begun).toContain("call_a");
    });

    test("arguments that come before the name of their tool are kept for it", () => {
      const stream = request.stream(identity);
      const chunks = [call(0, { id: "call_a", args: '{"input":' }), call(0, { name: "weather", args: '"x"}' })];
      expect(JSON.stringify(read(feed(stream, chunks) + stream.end(used)))).toContain('"call_a"');
      const nameless = request.stream(identity);
      nameless.chunk(call(0, { id: "call_a", args: "{}" }));
      expect(() => nameless.end(used)).toThrow("cannot be used");
    });

    test("an id with every piece of a call begins no other call", () => {
      const stream = request.stream(identity);
      const chunks = [
        call(0, { id: "call_a", name: "weather", args: '{"input":' }),
        call(0, { id: "call_b", args: '"x"}' }),
      ];
      const said = JSON.stringify(read(feed(stream, chunks) + stream.end(used)));
      expect(said).toContain("call_a");
      expect(said).not.toContain("call_b");
    });
  });
});
