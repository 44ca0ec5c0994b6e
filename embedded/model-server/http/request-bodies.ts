import { z } from "zod";
import { invalidBody } from "./api-error";

const textParts = z.array(z.object({ type: z.literal("text"), text: z.string() }));
const content = z
  .union([z.string(), textParts.transform((parts) => parts.map(({ text }) => text).join(""))])
  .nullish()
  .transform((text) => text ?? "");

const message = z.object({
  // OpenAI's newer name for system messages.
  role: z
    .enum(["system", "user", "assistant", "tool", "developer"])
    .transform((role) => (role === "developer" ? "system" : role)),
  content,
});

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

/** The fields that `/v1/chat/completions` uses; other fields of the two APIs are ignored. */
const chatRequest = z.object({
  model: z.string(),
  messages: z.array(message).min(1),
  temperature: optional(z.number().min(0).max(2)),
  top_p: optional(z.number().min(0).max(1)),
  max_tokens: optional(z.int().min(1)),
  max_completion_tokens: optional(z.int().min(1)),
  stop: optional(z.union([z.string().transform((stop) => [stop]), z.array(z.string()).max(16)])),
  random_seed: optional(z.int()),
  seed: optional(z.int()),
  n: optional(z.int().min(1).max(4)),
  presence_penalty: optional(z.number().min(-2).max(2)),
  frequency_penalty: optional(z.number().min(-2).max(2)),
  stream: optional(z.boolean()),
  stream_options: optional(z.object({ include_usage: optional(z.boolean()) })),
  tools: optional(z.array(z.unknown())),
  response_format: optional(z.object({ type: z.string() })),
});

/** A parsed chat request: both absent and null fields are undefined. */
export type ChatRequest = z.output<typeof chatRequest>;

const embeddingsRequest = z.object({
  model: z.string(),
  input: z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1).max(1_024)]),
  encoding_format: optional(z.enum(["float", "base64"])),
});

type EmbeddingsRequest = z.output<typeof embeddingsRequest>;

/** Parses a chat request. Refuses an invalid one with 422. */
export function parseChatRequest(body: unknown): ChatRequest {
  const parsed = chatRequest.safeParse(body, { reportInput: true });
  if (!parsed.success) throw invalidBody(parsed.error);
  return parsed.data;
}

/** Parses an embeddings request. Refuses an invalid one with 422. */
export function parseEmbeddingsRequest(body: unknown): EmbeddingsRequest {
  const parsed = embeddingsRequest.safeParse(body, { reportInput: true });
  if (!parsed.success) throw invalidBody(parsed.error);
  return parsed.data;
}
