import type { Used } from "@/server/usage/cost";
import type { Members } from "../members";

/** Writes usage as Anthropic's API does: what is read from and written to a cache beside the input, not in it. */
export function usageOf(used: Used | undefined): Members {
  const { promptTokens = 0, completionTokens = 0, classes = {} } = used ?? {};
  const { cacheRead = 0, cacheWrite = 0, reasoning = 0 } = classes;
  return {
    input_tokens: promptTokens - cacheRead - cacheWrite,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: completionTokens,
    ...(reasoning > 0 && { output_tokens_details: { thinking_tokens: reasoning } }),
  };
}
