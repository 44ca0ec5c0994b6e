import type { OfferedModel } from "@/server/model-servers/catalogue";
import { invalid } from "../errors/errors";
import type { Asked } from "./request";

/** What a request without `max_tokens` is taken to produce at most, for each of its answers. */
const usualCompletion = 4_096;
/** More than any model's context, where its server does not say how long that is. */
const longestContext = 10_000_000;
/** Fits the database's integers. */
const mostTokens = 2_000_000_000;

/** A picture is cut into pieces of some 500 by 500 pixels, each of a few hundred tokens at most. */
const imageTokens = 2_000;
/** Bytes of Base64 that have a token: of sound at 32 kB a second and ten tokens, and of a document's pages. */
const bytesPerToken = { audio: 500, file: 40 };

/** How many tokens a request may take, before anybody has counted: what limits are asked for. */
export type Estimate = {
  promptTokens: number;
  completionTokens: number;
  /** The most that it may produce by what it says itself and by the model's context; infinite where neither is known. Nothing beyond it is charged without having been counted. */
  ceiling: number;
};

/**
 * The prompt is taken to have a token for every four bytes of the request, and at least one; a chat's never more than the
 * model's context. Pictures, sounds and files within it are counted as such, and not as the text they are written in. Of the completion, what the
 * request says, for each of its answers. Refuses with 422 more tokens than the model can give.
 */
export function estimate(asked: Asked, { contextLength }: Pick<OfferedModel, "contextLength">): Estimate {
  const promptTokens = Math.min(promptOf(asked), mostTokens);
  if (asked.operation === "embeddings") return { promptTokens, completionTokens: 0, ceiling: 0 };
  const { most, choices } = asked;
  const longest = contextLength ?? longestContext;
  if (most && most.tokens > longest)
    throw invalid(most.param, `${most.param} must be at most ${longest}, the model's context length.`);
  const prompt = Math.min(promptTokens, longest);
  const room = Math.max(1, (contextLength ?? Number.POSITIVE_INFINITY) - prompt);
  const each = most?.tokens ?? Math.min(room, usualCompletion);
  return {
    promptTokens: prompt,
    completionTokens: Math.min(each * choices, mostTokens),
    ceiling: (most?.tokens ?? contextLength ?? Number.POSITIVE_INFINITY) * choices,
  };
}

function promptOf({ body, media }: Asked): number {
  let text = body.length;
  let tokens = 0;
  for (const { kind, characters } of media) {
    text -= characters;
    tokens += kind === "image" ? imageTokens : Math.ceil(characters / bytesPerToken[kind]);
  }
  return Math.max(1, Math.ceil(text / 4) + tokens);
}
