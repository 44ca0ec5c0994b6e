import { ApiError } from "../http/api-error";
import type { ChatRequest } from "../http/request-bodies";
import type { LanguageModel } from "../language-model/language-model";
import { endToken, roleTokens } from "../language-model/tokenizer";
import { generateTokens } from "./generation";
import { type Sampling, seededRandom } from "./sampling";

/** Tokens of a prompt and its answer together. */
export const maxContextLength = 8_192;
/** The default temperature. */
export const defaultTemperature = 0.3;
const defaultMaxTokens = 256;

/** A prepared request: the prompt in tokens, and the user's last question as text. */
interface Prompt {
  tokens: number[];
  question: string;
}

/** How an answer ended and what it cost. */
export interface Completion {
  finishReason: "stop" | "length";
  tokens: number;
}

/**
 * Returns the messages in the form of the training conversations: marker, text, end marker, and the assistant's marker
 * at the end. Refuses with 400 a conversation that is too long or has no message to answer.
 */
export function readPrompt({ tokenizer }: LanguageModel, messages: ChatRequest["messages"]): Prompt {
  const last = messages.at(-1);
  if (last?.role !== "user" && last?.role !== "tool") {
    throw new ApiError(
      400,
      "invalid_request_message_order",
      `Expected last role User or Tool but got ${last?.role}`,
      "3230",
    );
  }
  // Bytes are counted before tokenising, because a body of megabytes must not block the process.
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const tokens: number[] = [];
  if (bytes / tokenizer.longestToken <= maxContextLength) {
    for (const { role, content } of messages) {
      tokens.push(roleTokens[role]);
      for (const token of tokenizer.encode(content)) tokens.push(token);
      tokens.push(endToken);
    }
    tokens.push(roleTokens.assistant);
  }
  if (tokens.length === 0 || tokens.length >= maxContextLength) {
    const message = `Prompt is too large for a model with ${maxContextLength} tokens maximum context length`;
    throw new ApiError(400, "invalid_request_prompt_too_long", message, "3051");
  }
  return { tokens, question: messages.findLast(({ role }) => role === "user")?.content ?? last.content };
}

/**
 * Yields the answer piece by piece, one piece per token. A piece may be empty while a character or a possible stop
 * string is incomplete. `choice` counts from 0 and makes the answers of one request differ. Returns why the answer
 * ended and its number of tokens.
 */
export function* answer(
  model: LanguageModel,
  prompt: Prompt,
  request: ChatRequest,
  seed: number,
  choice: number,
): Generator<string, Completion> {
  const sampling: Sampling = {
    temperature: request.temperature ?? defaultTemperature,
    topP: request.top_p ?? 1,
    presencePenalty: request.presence_penalty ?? 0,
    frequencyPenalty: request.frequency_penalty ?? 0,
  };
  const asked = request.max_tokens ?? request.max_completion_tokens ?? defaultMaxTokens;
  const limit = Math.min(asked, maxContextLength - prompt.tokens.length);
  const stops = (request.stop ?? []).filter((stop) => stop !== "");
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const random = seededRandom(seed + choice * 0x9e3779b9);

  let held = "";
  let tokens = 0;
  for (const token of generateTokens(model, prompt.tokens, prompt.question, sampling, random)) {
    tokens++;
    held += decoder.decode(model.tokenizer.bytesOf(token), { stream: true });
    const stopAt = Math.min(...stops.map((stop) => held.indexOf(stop)).filter((index) => index >= 0));
    if (stopAt < Number.POSITIVE_INFINITY) {
      yield held.slice(0, stopAt);
      return { finishReason: "stop", tokens };
    }
    const ready = held.length - unfinishedStop(held, stops);
    yield held.slice(0, ready);
    held = held.slice(ready);
    if (tokens >= limit) {
      yield held + decoder.decode();
      return { finishReason: "length", tokens };
    }
  }
  yield held + decoder.decode();
  return { finishReason: "stop", tokens };
}

/** Returns how many characters at the end of `text` might yet become a stop string. */
function unfinishedStop(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length;
    }
  }
  return longest;
}
