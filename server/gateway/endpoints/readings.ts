import { placesOf } from "../calls/media-reader";
import { invalid } from "../errors/errors";
import type { Reading, RequestReading } from "./endpoint";

export type ValueFor = (name: string) => unknown;

const mostChoices = 128;

/** Members that several endpoints have, and the bytes that each may have. */
const common: [string, number][] = [
  ["model", 1_024],
  ["stream", 64],
  // For its tags. OpenAI's has sixteen members of 576 characters, each of which may be written as an escape of six.
  ["metadata", 65_536],
  // For its end user.
  ["user", 2_048],
  ["safety_identifier", 2_048],
];
export const members = (...more: [string, number][]) => new Map([...common, ...more]);

export const whole: Reading = { isStreamed: false, wantsUsage: true, choices: 1, wantsSpeech: false };

/** Reads `/v1/chat/completions` and similar endpoints. */
export const chatRequest: RequestReading = {
  kind: "json",
  members: members(
    ["stream_options", 4_096],
    ["max_tokens", 64],
    ["max_completion_tokens", 64],
    ["n", 64],
    ["modalities", 256],
  ),
  media: placesOf("messages"),
  read(valueFor) {
    const modalities = valueFor("modalities");
    const isStreamed = readStream(valueFor);
    return {
      isStreamed,
      wantsUsage: readOptions(valueFor).include_usage === true,
      most: mostTokens(valueFor, "max_completion_tokens", "max_tokens"),
      choices: positive("n", valueFor("n"), mostChoices) ?? 1,
      wantsSpeech: Array.isArray(modalities) && modalities.includes("audio"),
    };
  },
};

/** Reads requests that are answered at once: embeddings. Inputs may be texts, images and recordings, in messages or by themselves. */
export const wholeRequest = (what: string): RequestReading => ({
  kind: "json",
  members: members(["stream_options", 4_096]),
  media: placesOf("input", "messages"),
  read(valueFor) {
    const isStreamed = readStream(valueFor);
    readOptions(valueFor);
    if (isStreamed) throw invalid("stream", `${what} are not streamed.`);
    return whole;
  },
});

/** Reads requests with pairs of texts in these members, which are answered at once: rankings. */
export const pairsRequest = (what: string, ...pairs: string[]): RequestReading => ({
  ...wholeRequest(what),
  media: placesOf(...pairs),
  pairs: new Set(pairs),
});

/**
 * Reads `/v1/responses`. A server that could store the answer is told not to, because it cannot know which workspace
 * the answer belongs to. Atelier stores it instead.
 */
export const responsesRequest: RequestReading = {
  kind: "json",
  members: members(
    ["max_output_tokens", 64],
    ["background", 64],
    ["store", 64],
    ["previous_response_id", 1_024],
    ["conversation", 4_096],
  ),
  media: placesOf("input"),
  sends: { store: false },
  read(valueFor) {
    if (hasValue(valueFor("conversation")))
      throw invalid("conversation", "conversation is not supported: send the whole conversation as input.");
    const previousId = valueFor("previous_response_id") ?? undefined;
    if (previousId !== undefined && typeof previousId !== "string")
      throw invalid("previous_response_id", "previous_response_id must be the id of a response.");
    if (valueFor("background") === true) throw invalid("background", "background is not supported: leave it out.");
    return {
      ...whole,
      isStreamed: readStream(valueFor),
      most: mostTokens(valueFor, "max_output_tokens"),
      kept: { isStored: valueFor("store") !== false, ...(previousId !== undefined && { previousId }) },
    };
  },
};

/** `/v1/messages`. */
export const messagesRequest: RequestReading = {
  kind: "json",
  members: members(["max_tokens", 64]),
  media: placesOf("messages"),
  read: (valueFor) => ({ ...whole, isStreamed: readStream(valueFor), most: mostTokens(valueFor, "max_tokens") }),
};

export function readStream(valueFor: ValueFor): boolean {
  const stream = valueFor("stream");
  if (stream !== undefined && stream !== null && typeof stream !== "boolean")
    throw invalid("stream", "stream must be true or false.");
  return stream === true;
}

export function readOptions(valueFor: ValueFor): { include_usage?: unknown } {
  const options = valueFor("stream_options");
  if (options !== undefined && options !== null && (typeof options !== "object" || Array.isArray(options)))
    throw invalid("stream_options", "stream_options must be an object.");
  return options ?? {};
}

/**
 * Returns the largest of several parameters with the same meaning, because model servers differ in which one counts.
 * -1 means no limit to llama.cpp, and then there is none.
 */
export function mostTokens(valueFor: ValueFor, ...params: string[]): Reading["most"] {
  let most: Reading["most"];
  for (const param of params) {
    const value = valueFor(param);
    const tokens = value === -1 ? Number.POSITIVE_INFINITY : positive(param, value, Number.MAX_SAFE_INTEGER);
    if (tokens !== undefined && tokens > (most?.tokens ?? 0)) most = { tokens, param };
  }
  return most?.tokens === Number.POSITIVE_INFINITY ? undefined : most;
}

export function positive(param: string, value: unknown, most: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
    throw invalid(param, `${param} must be a whole number of at least 1.`);
  if (value > most) throw invalid(param, `${param} must be at most ${most}.`);
  return value;
}

const hasValue = (value: unknown) => value !== undefined && value !== null;
