import { type Asked, type FakeModelServer, json, stream } from "@/tests/support/fakes/model-server";
import { type Chunk, call, delta } from "@/tests/support/translate/chat-streams";

/** The usage in each answer of the server. */
export const chatUsage = {
  ...{ prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 },
  prompt_tokens_details: { cached_tokens: 64 },
  completion_tokens_details: { reasoning_tokens: 8 },
};

type Message = { role: string; content?: unknown };

/**
 * Answers like a model server that only has chat completions. Its model reasons. When offered the tool `weather` it
 * calls it for two cities at once, and repeats the results it is given. When asked for JSON it returns some;
 * otherwise it says hello.
 */
export const chatOnly: FakeModelServer["answer"] = (response, asked, request) => {
  if (asked.url !== "/v1/chat/completions") return json({ detail: "Not Found" }, 404)(response, asked, request);
  const chunks = chunksFor(asked);
  const { stream: isStreamed, stream_options: options } = asked.body;
  if (!isStreamed) return json(wholeOf(chunks))(response, asked, request);
  const hasUsage = (options as { include_usage?: boolean } | undefined)?.include_usage === true;
  const all = hasUsage ? [...chunks, { ...delta({}), choices: [], usage: chatUsage }] : chunks;
  const events = [...all.map((chunk) => JSON.stringify(chunk)), "[DONE]"];
  return stream(events.map((data) => `data: ${data}\n\n`))(response, asked, request);
};

function chunksFor({ body }: Asked): Chunk[] {
  const messages = body.messages as Message[];
  const results = messages.flatMap(({ role, content }) => (role === "tool" ? [String(content)] : []));
  const begin = [
    delta({ role: "assistant", content: "" }),
    delta({ reasoning_content: "Let me" }),
    delta({ reasoning_content: " see." }),
  ];
  if (body.response_format)
    return [...begin, delta({ content: '{"city"' }), delta({ content: ':"Paris"}' }), delta({}, "stop")];
  if (body.tools && results.length === 0)
    return [
      ...begin,
      delta({ content: "I look." }),
      call(0, { id: "call_a", name: "weather", args: "" }),
      call(0, { args: '{"ci' }),
      call(0, { args: 'ty":"Paris"}' }),
      call(1, { id: "call_b", name: "weather", args: '{"city":' }),
      call(1, { args: '"Rome"}' }),
      delta({}, "tool_calls"),
    ];
  const said = results.length > 0 ? results.join(" ") : "Hello there.";
  return [...begin, ...(said.match(/.{1,5}/gs) ?? []).map((content) => delta({ content })), delta({}, "stop")];
}

type Delta = {
  content?: string;
  reasoning_content?: string;
  tool_calls?: { index: number; id?: string; function: { name?: string; arguments?: string } }[];
};

/** Combines these chunks into the whole answer. */
function wholeOf(chunks: Chunk[]): Chunk {
  const message: Record<string, unknown> = { role: "assistant", content: "", reasoning_content: "" };
  const calls: { id: string; type: "function"; function: { name: string; arguments: string } }[] = [];
  let finish: unknown = null;
  for (const { choices } of chunks) {
    const [choice] = choices as { delta: Delta; finish_reason: unknown }[];
    finish = choice?.finish_reason ?? finish;
    const { content = "", reasoning_content: reasoning = "", tool_calls: pieces = [] } = choice?.delta ?? {};
    message.content = `${message.content}${content}`;
    message.reasoning_content = `${message.reasoning_content}${reasoning}`;
    for (const { index, id, function: said } of pieces) {
      calls[index] ??= { id: id ?? "", type: "function", function: { name: said.name ?? "", arguments: "" } };
      calls[index].function.arguments += said.arguments ?? "";
    }
  }
  if (calls.length > 0) message.tool_calls = calls;
  return {
    ...{ id: "chatcmpl-1", object: "chat.completion", created: 1_795_000_000, model: "small" },
    choices: [{ index: 0, message, finish_reason: finish }],
    usage: chatUsage,
  };
}
