import { randomInt, randomUUID } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate, setTimeout } from "node:timers/promises";
import { answer, type Completion, readPrompt } from "../answering/chat";
import type { Catalogue } from "../catalogue";
import { ApiError, invalidModel } from "./api-error";
import { type ChatRequest, parseChatRequest } from "./request-bodies";

/** The settings for answering chats. */
export interface ChatSettings {
  catalogue: Catalogue;
  /** Slows answers down to this rate; undefined: full speed. */
  tokensPerSecond?: number | undefined;
}

/**
 * Answers one chat request, as a whole or as a stream of server-sent events. Generation ends when `signal` aborts, and
 * pauses while the client reads slowly. Refuses with 400 unknown models and unsupported features, with 422 a malformed
 * body.
 */
export async function completeChat(
  body: unknown,
  response: ServerResponse,
  signal: AbortSignal,
  settings: ChatSettings,
): Promise<void> {
  const request = parseChatRequest(body);
  const model = await settings.catalogue.chatModel(request.model);
  if (!model) throw invalidModel(request.model);
  refuseTheImpossible(request);
  const prompt = readPrompt(model, request.messages);
  const seed = request.random_seed ?? request.seed ?? randomInt(2 ** 32);
  const choices = Array.from({ length: request.n ?? 1 }, (_, index) => answer(model, prompt, request, seed, index));
  const head = {
    id: `cmpl-${randomUUID().replaceAll("-", "")}`,
    created: Math.floor(Date.now() / 1_000),
    model: request.model,
  };
  const pace = createPace(settings.tokensPerSecond, signal);
  const usageOf = (tokens: number) => ({
    prompt_tokens: prompt.tokens.length,
    completion_tokens: tokens,
    total_tokens: prompt.tokens.length + tokens,
  });

  if (!request.stream) {
    const finished = [];
    let tokens = 0;
    for (const [index, pieces] of choices.entries()) {
      let content = "";
      const completion = await forEachPiece(pieces, pace, (piece) => {
        content += piece;
      });
      tokens += completion.tokens;
      const message = { role: "assistant", content, tool_calls: null };
      finished.push({ index, message, finish_reason: completion.finishReason });
    }
    const whole = JSON.stringify({ ...head, object: "chat.completion", choices: finished, usage: usageOf(tokens) });
    response.writeHead(200, { "content-type": "application/json" }).end(whole);
    return;
  }

  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  const send = (data: string) => write(response, `data: ${data}\n\n`, signal);
  const sendChunk = (fields: Record<string, unknown>) =>
    send(JSON.stringify({ ...head, object: "chat.completion.chunk", ...fields }));
  const sendDelta = (index: number, delta: Record<string, string>, finish: string | null = null, more = {}) =>
    sendChunk({ choices: [{ index, delta, finish_reason: finish }], ...more });

  let tokens = 0;
  for (const [index, pieces] of choices.entries()) {
    await sendDelta(index, { role: "assistant", content: "" });
    const completion = await forEachPiece(pieces, pace, (piece) =>
      piece ? sendDelta(index, { content: piece }) : undefined,
    );
    tokens += completion.tokens;
    const isLast = index === choices.length - 1;
    await sendDelta(index, { content: "" }, completion.finishReason, isLast ? { usage: usageOf(tokens) } : {});
  }
  // Mistral's clients expect the usage in the last choice's chunk; OpenAI's, if they ask for it, in a separate chunk
  // without choices.
  if (request.stream_options?.include_usage) await sendChunk({ choices: [], usage: usageOf(tokens) });
  await send("[DONE]");
  response.end();
}

function refuseTheImpossible({ tools, response_format: format, model }: ChatRequest): void {
  const refuse = (message: string) => new ApiError(400, "invalid_request_invalid_args", message, "3051");
  if (tools?.length) throw refuse(`Function calling is not enabled for model ${model}`);
  if (format && format.type !== "text")
    throw refuse(`Response format ${format.type} is not enabled for model ${model}`);
}

async function forEachPiece(
  pieces: Generator<string, Completion>,
  pace: () => Promise<void> | undefined,
  use: (piece: string) => Promise<void> | undefined | void,
): Promise<Completion> {
  for (;;) {
    const waiting = pace();
    if (waiting) await waiting;
    const { value, done } = pieces.next();
    if (done) return value;
    const using = use(value);
    if (using) await using;
  }
}

/**
 * Returns a function to call before every token: it throws after an abort, waits for the rate, and now and then lets
 * other requests run.
 */
function createPace(tokensPerSecond: number | undefined, signal: AbortSignal): () => Promise<void> | undefined {
  const started = performance.now();
  let tokens = 0;
  return () => {
    signal.throwIfAborted();
    tokens++;
    if (tokensPerSecond) {
      const due = started + (tokens * 1_000) / tokensPerSecond;
      return setTimeout(Math.max(0, due - performance.now()), undefined, { signal });
    }
    return tokens % 16 === 0 ? setImmediate(undefined, { signal }) : undefined;
  };
}

function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> | undefined {
  signal.throwIfAborted();
  if (response.write(text)) return undefined;
  return once(response, "drain", { signal }).then(() => undefined);
}
