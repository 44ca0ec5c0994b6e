import type { ClassPrices } from "@/server/usage/classes";

/** The usage of a chat, including the tokens read from a cache and the reasoning tokens. */
export type Usage = { promptTokens: number; completionTokens: number; cached: number; reasoning: number };

/** Prices in micro-units per million tokens, or per million requests. */
export type Prices = { inputPrice: number; outputPrice: number; classPrices?: ClassPrices };

type Said = {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  total_tokens?: number | null;
  prompt_tokens_details?: { cached_tokens?: number | null } | null;
  completion_tokens_details?: { reasoning_tokens?: number | null } | null;
};

/** Reads the usage of a text chat, as the gateway counts it: some servers include reasoning only in the total. */
export function usageOf(said: Said): Usage {
  const [prompt, stated] = [said.prompt_tokens ?? 0, said.completion_tokens ?? 0];
  const beside = Math.max(0, (said.total_tokens ?? 0) - prompt - stated);
  const completion = stated + beside;
  return {
    promptTokens: prompt,
    completionTokens: completion,
    cached: Math.min(prompt, said.prompt_tokens_details?.cached_tokens ?? 0),
    reasoning: Math.min(completion, Math.max(beside, said.completion_tokens_details?.reasoning_tokens ?? 0)),
  };
}

/** Returns the cost in micro-units, rounded up once per request as in the ledger. */
export function costOf({ inputPrice, outputPrice, classPrices = {} }: Prices, used: Usage): number {
  const { cacheRead = inputPrice, reasoning = outputPrice, request = 0 } = classPrices;
  const prompt = (used.promptTokens - used.cached) * inputPrice + used.cached * cacheRead;
  const completion = (used.completionTokens - used.reasoning) * outputPrice + used.reasoning * reasoning;
  return Math.ceil((prompt + completion + request) / 1_000_000);
}
