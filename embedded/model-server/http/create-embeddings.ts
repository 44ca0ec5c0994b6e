import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Catalogue } from "../catalogue";
import { embed } from "../language-model/embedding";
import { ApiError, invalidModel } from "./api-error";
import { parseEmbeddingsRequest } from "./request-bodies";

const maxInputTokens = 8_192;

/**
 * Returns the body of the answer to an embeddings request. Refuses with 400 unknown models and inputs over 8,192
 * tokens, with 422 a malformed body. Stops between two inputs when `signal` aborts.
 */
export async function createEmbeddings(
  body: unknown,
  signal: AbortSignal,
  catalogue: Catalogue,
): Promise<Record<string, unknown>> {
  const { model, input, encoding_format: format } = parseEmbeddingsRequest(body);
  const tokenizer = catalogue.embeddingTokenizer(model);
  if (!tokenizer) throw invalidModel(model);
  const data = [];
  let total = 0;
  for (const [index, text] of input.entries()) {
    // Bytes are counted before tokenising, because a text of megabytes must not block the process.
    const isShort = Buffer.byteLength(text) / tokenizer.longestToken <= maxInputTokens;
    const tokens = isShort ? tokenizer.encode(text).length : Number.POSITIVE_INFINITY;
    if (tokens > maxInputTokens) {
      const message = `Input ${index} is larger than ${maxInputTokens} tokens`;
      throw new ApiError(400, "invalid_request_prompt_too_long", message, "3051");
    }
    total += tokens;
    const vector = embed(text);
    const embedding = format === "base64" ? Buffer.from(vector.buffer).toString("base64") : Array.from(vector);
    data.push({ object: "embedding", index, embedding });
    await setImmediate(undefined, { signal });
  }
  const usage = { prompt_tokens: total, completion_tokens: 0, total_tokens: total };
  return { id: `embd-${randomUUID().replaceAll("-", "")}`, object: "list", model, data, usage };
}
