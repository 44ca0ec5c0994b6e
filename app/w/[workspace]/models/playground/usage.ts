import type { ClassPrices } from "@/server/usage/classes";

/** What a chat has used, with what of it was read from a cache and what was reasoning. */
export type Usage = { promptTokens: number; completionTokens: number; cached: number; reasoning: number };

/** Prices in micro-units a million tokens; of the request itself, a million of them. */
export type Prices = { inputPrice: number; outputPrice: number; classPrices?: ClassPrices };

type Said = {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  total_tokens?: number | null;
  prompt_tokens_details?: { cached_tokens?: number | null } | null;
  completion_tokens_details?: { reasoning_tokens?: number | null } | null;
};

/** Reads the usage of a chat about text, as the gateway counts it: reasoning may be in the total alone. */
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

/** Returns what it costs in micro-units, rounded as the ledger does: up, once a request. */
export function costOf({ inputPrice, outputPrice, classPrices = {} }: Prices, used: Usage): number {
  const { cacheRead = inputPrice, reasoning = outputPrice, request = 0 } = classPrices;
  const prompt = (used.promptTokens - used.cached) * inputPrice + used.cached * cacheRead;
  const completion = (used.completionTokens - used.reasoning) * outputPrice + used.reasoning * reasoning;
  return Math.ceil((prompt + completion + request) / 1_000_000);
}
