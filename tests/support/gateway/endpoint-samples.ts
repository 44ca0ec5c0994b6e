import type { EndpointName } from "@/server/platform/settings/endpoints";

/**
 * A request to an endpoint without its model, the answer of a model server, and what is charged for it. A form
 * contains one file.
 */
export type EndpointSample = {
  request: Record<string, unknown>;
  answer: Record<string, unknown> | Buffer;
  used: Record<string, number>;
};

const usage = {
  prompt_tokens: 19,
  completion_tokens: 7,
  total_tokens: 26,
  prompt_tokens_details: { cached_tokens: 4 },
};
const used = { prompt_tokens: 19, completion_tokens: 7, cache_read_tokens: 4 };
const promptUsage = { prompt_tokens: 23, total_tokens: 23 };
const messages = [{ role: "user", content: "Hello" }];
const message = { index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" };
const results = { id: "1", model: "public", results: [{ flagged: false, scores: {} }] };
const moderation = (input: unknown): EndpointSample => ({ request: { input }, answer: results, used: {} });
const recording: EndpointSample = {
  request: {},
  answer: { text: "Hello.", usage: { type: "duration", seconds: 12.1 } },
  used: { seconds: 13 },
};
const images: EndpointSample = {
  request: { prompt: "A cat", n: 2 },
  answer: { created: 1, data: [{ b64_json: "AAAA" }, { b64_json: "AAAA" }] },
  used: { images: 2 },
};

/** One sample of every endpoint. */
export const endpointSamples: Record<EndpointName, EndpointSample> = {
  chat: { request: { messages }, answer: { id: "1", choices: [message], usage }, used },
  responses: {
    request: { input: "Hello" },
    answer: {
      ...{ id: "resp_1", object: "response", status: "completed", output: [{ type: "message", content: [] }] },
      usage: { input_tokens: 19, input_tokens_details: { cached_tokens: 4 }, output_tokens: 7, total_tokens: 26 },
    },
    used,
  },
  messages: {
    request: { messages, max_tokens: 100 },
    answer: {
      ...{ id: "msg_1", type: "message", role: "assistant", content: [{ type: "text", text: "Hello." }] },
      usage: { input_tokens: 15, cache_read_input_tokens: 4, output_tokens: 7 },
    },
    used,
  },
  "count-tokens": { request: { messages }, answer: { input_tokens: 19 }, used: {} },
  completions: { request: { prompt: "Hello" }, answer: { choices: [{ text: "." }], usage }, used },
  fim: { request: { prompt: "a", suffix: "b" }, answer: { choices: [message], usage }, used },
  embeddings: {
    request: { input: "Hello" },
    answer: { object: "list", data: [{ embedding: [1, 2] }], usage: promptUsage },
    used: { prompt_tokens: 23 },
  },
  rerank: {
    request: { query: "a", documents: ["b"] },
    answer: { results: [{ index: 0, relevance_score: 0.5 }], usage: { total_tokens: 23 } },
    used: { prompt_tokens: 23 },
  },
  score: {
    request: { text_1: "a", text_2: "b" },
    answer: { data: [{ index: 0, score: 0.5 }], usage: promptUsage },
    used: { prompt_tokens: 23 },
  },
  moderations: moderation("Hello"),
  "chat-moderations": moderation(messages),
  classifications: moderation("Hello"),
  "chat-classifications": moderation(messages),
  transcriptions: recording,
  translations: recording,
  speech: { request: { input: "Hello", voice: "a" }, answer: Buffer.from("sound"), used: { characters: 5 } },
  images,
  "image-edits": { ...images, request: { prompt: "A cat", n: "2" } },
  ocr: {
    request: { document: { type: "document_url", document_url: "https://example.com/a.pdf" } },
    answer: { pages: [{ index: 0, markdown: "a" }], model: "public", usage_info: { pages_processed: 3 } },
    used: { pages: 3 },
  },
};

/** Returns what is posted: JSON, or a form with a small file. */
export function postOf(kind: "json" | "form", model: string, { request }: EndpointSample): RequestInit {
  const all = { model, ...request };
  if (kind === "json")
    return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(all) };
  const form = new FormData();
  form.append("file", new Blob([Buffer.alloc(64_000)], { type: "audio/wav" }), "a.wav");
  for (const [name, value] of Object.entries(all)) form.append(name, String(value));
  return { method: "POST", body: form };
}
