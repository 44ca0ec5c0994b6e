import type { ClassCounts } from "@/server/usage/classes";
import type { Used } from "@/server/usage/cost";

type Members = Record<string, unknown>;

/** Thrown for an impossible number: negative, a fraction, or text. */
class Impossible extends Error {}

const largest = 2 ** 31 - 1;

/**
 * Finds the usage that an answer, or an event of a stream, states, wherever its server puts it: `usage` as OpenAI,
 * Anthropic, Mistral, DeepSeek, vLLM and others do, `x_groq.usage`, a choice's own (Moonshot), `usage_info` (pages),
 * `meta.tokens` (Cohere), the `duration` of a transcript, and llama.cpp's `timings` beside it.
 */
export function usageIn(answer: Members): Members | undefined {
  const { usage, x_groq: groq, usage_info: info, timings, choices, meta, duration } = answer;
  const inChoice = Array.isArray(choices) ? asMembers(asMembers(choices[0])?.usage) : undefined;
  const found =
    asMembers(usage) ??
    asMembers(asMembers(groq)?.usage) ??
    inChoice ??
    asMembers(info) ??
    asMembers(asMembers(meta)?.tokens) ??
    (Number(duration) > 0 ? { seconds: Number(duration) } : undefined);
  const timed = asMembers(timings);
  return found || timed ? { ...found, ...(timed && { timings: timed }) } : undefined;
}

/**
 * Reads a server's usage in any of these dialects. A part that is impossible (a fraction, or more than its whole) is
 * ignored, so that its tokens are charged as those of the whole.
 *
 * @param hasCompletion whether the answer has a completion; embeddings only state the prompt
 * @returns "empty" when the prompt or the completion is missing and there are no units; "impossible" when one of them
 * is impossible
 */
export function readUsage(said: Members, hasCompletion: boolean): Used | "empty" | "impossible" {
  try {
    return read(said, hasCompletion);
  } catch (error) {
    if (error instanceof Impossible) return "impossible";
    throw error;
  }
}

function read(said: Members, hasCompletion: boolean): Used | "empty" {
  const timings = asMembers(said.timings) ?? {};
  const input = details(
    said,
    "prompt_tokens_details",
    "input_tokens_details",
    "input_token_details",
    "prompt_token_details",
  );
  const output = details(said, "completion_tokens_details", "output_tokens_details", "output_token_details");
  const total = whole(said.total_tokens);
  const units = unitsOf(said);

  const parts = {
    cacheRead: part(
      input.cached_tokens ??
        said.cache_read_input_tokens ??
        said.prompt_cache_hit_tokens ??
        said.num_cached_tokens ??
        said.cached_tokens ??
        timings.cache_n,
    ),
    cacheWrite: part(
      input.cache_write_tokens ??
        input.cache_creation_tokens ??
        said.cache_creation_input_tokens ??
        said.cache_write_tokens,
    ),
  };
  let prompt =
    whole(said.prompt_tokens) ??
    whole(said.input_tokens) ??
    sum(said.prompt_cache_hit_tokens, said.prompt_cache_miss_tokens) ??
    sum(timings.prompt_n, timings.cache_n);
  let completion = whole(said.completion_tokens) ?? whole(said.output_tokens) ?? whole(timings.predicted_n);
  const isTotalAll = !hasCompletion && total !== undefined;
  if (prompt === undefined && completion === undefined && units !== noUnits && !isTotalAll)
    return { promptTokens: 0, completionTokens: 0, classes: units };
  if (!hasCompletion) {
    prompt ??= total;
    completion ??= 0;
  }
  if (prompt === undefined || completion === undefined) return "empty";

  const cached = parts.cacheRead + parts.cacheWrite;
  // Anthropic's input does not include tokens that are read from or written to the cache.
  const isBeside =
    said.prompt_tokens === undefined &&
    said.input_tokens !== undefined &&
    input === none &&
    cached > 0 &&
    (total ?? prompt + completion + cached) >= prompt + completion + cached;
  if (isBeside) prompt += cached;
  let reasoning = part(output.reasoning_tokens ?? said.reasoning_tokens);
  let audioInput = part(input.audio_tokens);
  // Tokens that are only in the total: audio input when seconds are stated, the cache, or otherwise reasoning.
  const rest = (total ?? 0) - prompt - completion;
  if (rest > 0 && units.second) {
    prompt += rest;
    audioInput = Math.max(audioInput, rest);
  } else if (rest > 0 && rest === cached && reasoning !== rest) prompt += rest;
  else if (rest > 0) {
    completion += rest;
    reasoning = Math.max(reasoning, rest);
  } else if (total === undefined && reasoning > completion) completion += reasoning;

  const ofPrompt = fitted(prompt, { ...parts, audioInput, imageInput: part(input.image_tokens) });
  const ofCompletion = fitted(completion, { audioOutput: part(output.audio_tokens), reasoning });
  const used: Used = { promptTokens: prompt, completionTokens: completion };
  if (ofPrompt || ofCompletion || units !== noUnits) used.classes = { ...ofPrompt, ...ofCompletion, ...units };
  return used;
}

/**
 * Drops parts that are larger than their whole, and cuts those that overlap with a part before. Undefined: none is
 * left.
 */
function fitted(total: number, parts: ClassCounts): ClassCounts | undefined {
  let kept: ClassCounts | undefined;
  let room = total;
  for (const name in parts) {
    const count = parts[name as keyof ClassCounts] ?? 0;
    if (count === 0 || count > total) continue;
    const fits = Math.min(count, room);
    if (fits > 0) kept = { ...kept, [name]: fits };
    room -= fits;
  }
  return kept;
}

const noUnits: ClassCounts = {};

function unitsOf(said: Members): ClassCounts {
  const units: ClassCounts = {
    second: duration(said.prompt_audio_seconds) || duration(said.seconds),
    image: part(said.images),
    page: part(said.pages_processed) || part(said.pages),
    character: part(said.characters),
  };
  const used = Object.entries(units).filter(([, count]) => count > 0);
  return used.length === 0 ? noUnits : Object.fromEntries(used);
}

/** Returns a duration in seconds, rounded up. */
function duration(value: unknown): number {
  return typeof value === "number" && value > 0 && value <= largest ? Math.ceil(value) : 0;
}

/** Returns a number of tokens, or undefined when it is not stated. */
function whole(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isCount(value)) throw new Impossible();
  return value;
}

/** Returns a number of tokens that are part of others; 0 when it is not stated or impossible. */
function part(value: unknown): number {
  return isCount(value) ? value : 0;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= largest;
}

function sum(one: unknown, other: unknown): number | undefined {
  const [first, second] = [whole(one), whole(other)];
  return first === undefined && second === undefined ? undefined : (first ?? 0) + (second ?? 0);
}

const none: Members = {};

function details(said: Members, ...names: string[]): Members {
  for (const name of names) {
    const found = asMembers(said[name]);
    if (found) return found;
  }
  return none;
}

function asMembers(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}
