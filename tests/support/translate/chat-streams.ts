/** A chunk of a chat's stream. */
export type Chunk = Record<string, unknown>;

/** A stream as a kind of server sends it, and the whole answer that the same kind of server would have given instead. */
export type ChatStream = { chunks: Chunk[]; whole: Chunk };

const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_795_000_000, model: "small" };

/** Returns a chunk with this delta. */
export const delta = (said: object, finish: string | null = null, more: object = {}): Chunk => ({
  ...head,
  choices: [{ index: 0, delta: said, logprobs: null, finish_reason: finish, ...more }],
});

const usage = (said: object): Chunk => ({ ...head, choices: [], usage: said });

const whole = (message: object, finish: string, more: object = {}): Chunk => ({
  ...{ id: "chatcmpl-1", object: "chat.completion", created: 1_795_000_000, model: "small" },
  choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: finish, ...more }],
});

/** Returns a piece of a tool call, as OpenAI and compatible servers send it. */
export const call = (index: number, said: { id?: string; name?: string; args?: string }) =>
  delta({
    tool_calls: [
      {
        index,
        ...(said.id && { id: said.id, type: "function" }),
        function: { ...(said.name && { name: said.name }), ...(said.args !== undefined && { arguments: said.args }) },
      },
    ],
  });

const weather = (id: string, city: string) => ({
  ...{ id, type: "function" },
  function: { name: "weather", arguments: `{"city": "${city}"}` },
});

/** Streams by the server that sends them, in the shapes from its documentation. */
export const chatStreams: Record<string, ChatStream> = {
  "OpenAI: text": {
    chunks: [
      delta({ role: "assistant", content: "", refusal: null }),
      delta({ content: "Hello" }),
      delta({ content: " there." }),
      delta({}, "stop"),
      usage({ prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 }),
    ],
    whole: whole({ content: "Hello there.", refusal: null }, "stop"),
  },
  "OpenAI: a refusal": {
    chunks: [
      delta({ role: "assistant", content: null, refusal: "I" }),
      delta({ refusal: " cannot." }),
      delta({}, "stop"),
    ],
    whole: whole({ content: null, refusal: "I cannot." }, "stop"),
  },
  "vLLM: reasoning, text and two calls in pieces": {
    chunks: [
      delta({ role: "assistant", content: "" }),
      delta({ reasoning_content: "Two ", reasoning: "Two " }),
      delta({ reasoning_content: "cities.", reasoning: "cities." }),
      delta({ content: "I look." }),
      call(0, { id: "call_a", name: "weather" }),
      call(0, { args: '{"city"' }),
      call(0, { args: ': "Paris"}' }),
      delta({ content: "\n" }),
      call(1, { id: "call_b", name: "weather", args: "" }),
      call(1, { args: '{"city": "Rome"}' }),
      delta({ content: "" }, "tool_calls", { stop_reason: null }),
      usage({
        prompt_tokens: 40,
        completion_tokens: 30,
        total_tokens: 70,
        prompt_tokens_details: { cached_tokens: 16 },
      }),
    ],
    whole: whole(
      {
        ...{ reasoning_content: "Two cities.", reasoning: "Two cities.", content: "I look." },
        tool_calls: [weather("call_a", "Paris"), weather("call_b", "Rome")],
      },
      "tool_calls",
    ),
  },
  "vLLM: a stop sequence": {
    chunks: [
      delta({ role: "assistant", content: "" }),
      delta({ content: "1, 2" }),
      delta({}, "stop", { stop_reason: "3" }),
    ],
    whole: whole({ content: "1, 2" }, "stop", { stop_reason: "3" }),
  },
  "llama.cpp: cut at the most tokens": {
    chunks: [
      delta({ role: "assistant", content: null }),
      delta({ content: "Once upon" }),
      { ...delta({}, "length"), timings: { prompt_n: 5, predicted_n: 2 } },
    ],
    whole: whole({ content: "Once upon" }, "length"),
  },
  "Ollama: calls at once, all with index 0": {
    chunks: [
      delta({ role: "assistant", content: "", reasoning: "Hm." }),
      delta({ tool_calls: [{ index: 0, ...weather("call_1", "Paris") }] }),
      delta({ tool_calls: [{ index: 0, ...weather("call_2", "Rome") }] }),
      delta({ role: "assistant", content: "" }, "tool_calls"),
    ],
    whole: whole(
      { content: "", reasoning: "Hm.", tool_calls: [weather("call_1", "Paris"), weather("call_2", "Rome")] },
      "tool_calls",
    ),
  },
  "Mistral: thinking as parts of the content": {
    chunks: [
      delta({ role: "assistant", content: "" }),
      delta({ content: [{ type: "thinking", thinking: [{ type: "text", text: "Let me" }] }] }),
      delta({ content: [{ type: "thinking", thinking: [{ type: "text", text: " see." }] }] }),
      delta({ content: [{ type: "text", text: "42" }] }),
      { ...delta({ content: "" }, "stop"), usage: { prompt_tokens: 4, completion_tokens: 8, total_tokens: 12 } },
    ],
    whole: whole(
      {
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "Let me see." }] },
          { type: "text", text: "42" },
        ],
      },
      "stop",
    ),
  },
  "Mistral: calls whole in the last event": {
    chunks: [
      delta({ role: "assistant", content: "" }),
      delta(
        {
          content: "",
          tool_calls: [
            { index: 0, ...weather("D681PevKs", "Paris") },
            { index: 1, ...weather("x9K2mQw1Z", "Rome") },
          ],
        },
        "tool_calls",
      ),
    ],
    whole: whole(
      { content: "", tool_calls: [weather("D681PevKs", "Paris"), weather("x9K2mQw1Z", "Rome")] },
      "tool_calls",
    ),
  },
  "a call without an id whose arguments are an object": {
    chunks: [delta({ tool_calls: [{ function: { name: "now", arguments: {} } }] }), delta({}, "stop")],
    whole: whole({ content: null, tool_calls: [{ function: { name: "now", arguments: {} } }] }, "stop"),
  },
  "content that was filtered": {
    chunks: [delta({ role: "assistant", content: "Well" }), delta({}, "content_filter")],
    whole: whole({ content: "Well" }, "content_filter"),
  },
};

/** Splits every text and the arguments of every call in a stream into single characters. */
export function inCharacters(chunks: Chunk[]): Chunk[] {
  return chunks.flatMap((chunk) => {
    const [choice] = chunk.choices as { delta?: Record<string, unknown>; finish_reason?: unknown }[];
    const said = choice?.delta;
    if (!said || choice.finish_reason) return [chunk];
    if (typeof said.content === "string" && said.content.length > 1 && !said.tool_calls)
      return [...said.content].map((content) => delta({ content }));
    const [only, ...others] = (said.tool_calls ?? []) as { index: number; function: { arguments?: string } }[];
    const args = only?.function.arguments;
    if (!only || others.length > 0 || typeof args !== "string" || args.length < 2) return [chunk];
    const first = delta({ tool_calls: [{ ...only, function: { ...only.function, arguments: "" } }] });
    return [first, ...[...args].map((each) => call(only.index, { args: each }))];
  });
}
