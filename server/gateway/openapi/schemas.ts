import { z } from "zod";
import type { EndpointName } from "@/server/platform/settings/endpoints";

/** What an endpoint takes and answers, as far as the gateway reads it or clients rely on it. Other members are between the program and the model. */
type Schemas = { request: z.ZodType; answer: z.ZodType };

const model = z.string().min(1).describe("The id or an alias of a model, as `GET /v1/models` lists it.");
const stream = z.boolean().nullish().describe("Whether the answer comes as server-sent events.");
const wholeOnly = z.literal(false).nullish();
const tokens = z.int().min(1).nullish();
const count = z.int().min(0);

const asked = (members: z.ZodRawShape) => z.looseObject({ model, ...members });

const usage = z.looseObject({
  prompt_tokens: count,
  completion_tokens: count.optional(),
  total_tokens: count.optional(),
});
const messages = z.array(z.looseObject({ role: z.string() }));

const chat = asked({
  messages,
  stream,
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.int().min(-1).nullish(),
  max_completion_tokens: z.int().min(-1).nullish(),
  n: z.int().min(1).max(128).nullish(),
});
const choices = z.looseObject({ choices: z.array(z.looseObject({})), usage: usage.nullish() });
const textOrTexts = z.union([z.string(), z.array(z.unknown())]);
const results = z.looseObject({ results: z.array(z.looseObject({})) });
const moderated = { request: asked({ input: z.unknown(), stream: wholeOnly }), answer: results };
const anthropicRequest = asked({ messages, max_tokens: tokens, stream });
const images = z.looseObject({
  data: z.array(z.looseObject({ b64_json: z.string().optional(), url: z.string().optional() })),
});
const number = z.union([z.int(), z.string()]);
const file = z.string().meta({ format: "binary" });
const recording = {
  request: asked({
    file,
    stream: z.union([z.boolean(), z.string()]).optional(),
    response_format: z.string().optional(),
  }),
  answer: z.looseObject({
    text: z.string(),
    duration: z.union([z.number(), z.string()]).optional(),
    usage: z.looseObject({}).nullish(),
  }),
};

/** The schemas of every endpoint: of requests, a form's as its fields, and of whole answers. */
export const schemas: Record<EndpointName, Schemas> = {
  chat: { request: chat, answer: choices },
  responses: {
    request: asked({ input: z.unknown(), max_output_tokens: tokens, stream, background: z.literal(false).nullish() }),
    answer: z.looseObject({
      id: z.string(),
      output: z.array(z.looseObject({ type: z.string() })),
      usage: z.looseObject({ input_tokens: count, output_tokens: count }).nullish(),
    }),
  },
  messages: {
    request: anthropicRequest,
    answer: z.looseObject({
      type: z.literal("message"),
      content: z.array(z.looseObject({ type: z.string() })),
      usage: z.looseObject({ input_tokens: count, output_tokens: count }),
    }),
  },
  "count-tokens": { request: anthropicRequest, answer: z.looseObject({ input_tokens: count }) },
  completions: {
    request: asked({
      prompt: textOrTexts,
      stream,
      max_tokens: z.int().min(-1).nullish(),
      n: z.int().min(1).max(128).nullish(),
    }),
    answer: choices,
  },
  fim: {
    request: asked({ prompt: z.string(), suffix: z.string().nullish(), max_tokens: tokens, stream }),
    answer: choices,
  },
  embeddings: {
    request: asked({ input: textOrTexts, stream: wholeOnly }),
    answer: z.looseObject({ data: z.array(z.looseObject({ embedding: z.unknown() })), usage: usage.nullish() }),
  },
  rerank: {
    request: asked({ query: z.unknown(), documents: z.array(z.unknown()), stream: wholeOnly }),
    answer: z.looseObject({ results: z.array(z.looseObject({ index: count, relevance_score: z.number() })) }),
  },
  score: {
    request: asked({ stream: wholeOnly }),
    answer: z.looseObject({ data: z.array(z.looseObject({ score: z.unknown() })), usage: usage.nullish() }),
  },
  moderations: moderated,
  "chat-moderations": moderated,
  classifications: moderated,
  "chat-classifications": moderated,
  transcriptions: recording,
  translations: recording,
  speech: {
    request: asked({ input: z.string().min(1), voice: z.unknown(), stream_format: z.string().nullish() }),
    answer: file.describe("The recording, in the format that was asked for."),
  },
  images: { request: asked({ prompt: z.string(), n: z.int().min(1).max(128).nullish(), stream }), answer: images },
  "image-edits": {
    request: asked({ image: file.optional(), prompt: z.string(), n: number.optional() }),
    answer: images,
  },
  ocr: {
    request: asked({ document: z.looseObject({}), pages: z.unknown().optional() }),
    answer: z.looseObject({
      pages: z.array(z.looseObject({})),
      usage_info: z.looseObject({ pages_processed: count }).nullish(),
    }),
  },
};

const error = z.looseObject({ message: z.string(), type: z.string(), code: z.string(), param: z.string().nullish() });

/** The shapes of errors, by family. */
export const errorSchemas = {
  openai: error.extend({ object: z.literal("error"), error, detail: z.array(z.looseObject({})).optional() }),
  anthropic: z.looseObject({ type: z.literal("error"), error, request_id: z.string().optional() }),
};
