import type { OfferedModel } from "@/server/model-servers/catalogue";
import { invalid } from "../errors/errors";
import type { Asked } from "./request";

/** What a request without `max_tokens` is taken to produce at most, for each of its answers. */
const usualCompletion = 4_096;
/** More than any model's context, where its server does not say how long that is. */
const longestContext = 10_000_000;
/** Fits the database's integers. */
const mostTokens = 2_000_000_000;

/** Estimates how many tokens a request may take, before they are counted; so much is reserved. */
export type Estimate = { promptTokens: number; completionTokens: number };

/**
 * Estimates a request's tokens. The prompt is taken to have a token for every four bytes of the request, and at least one; a
 * chat's never more than the
 * model's context. Of the completion, what the request says, for each of its answers. Refuses with 422 more tokens than
 * the model can give.
 */
export function estimate(asked: Asked, { contextLength }: Pick<OfferedModel, "contextLength">): Estimate {
  const promptTokens = Math.max(1, Math.ceil(asked.body.bytes.length / 4));
  if (asked.operation === "embeddings") return { promptTokens, completionTokens: 0 };
  const { most, choices } = asked;
  const longest = contextLength ?? longestContext;
  if (most && most.tokens > longest)
    throw invalid(most.param, `${most.param} must be at most ${longest}, the model's context length.`);
  const prompt = Math.min(promptTokens, longest);
  const room = Math.max(1, (contextLength ?? Number.POSITIVE_INFINITY) - prompt);
  const each = most?.tokens ?? Math.min(room, usualCompletion);
  return { promptTokens: prompt, completionTokens: Math.min(each * choices, mostTokens) };
}
