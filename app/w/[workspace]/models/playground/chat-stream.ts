import type { ChatRequest } from "@/app/w/[workspace]/_shared/first-request";
import { type Usage, usageOf } from "./usage";

/** A piece of a tool call; the pieces of one call have the same index. */
export type CallPiece = { index: number; id?: string; name?: string; text: string };

/**
 * The events of an answer, in order: the model of a route that answers, pieces of text, of reasoning and of tool calls,
 * and the usage at the end.
 */
export type Heard =
  | { model: string }
  | { text: string }
  | { reasoning: string }
  | { call: CallPiece }
  | { usage: Usage };

/** Why there is no answer, as a text to show. */
export class ChatFailed extends Error {
  override readonly name = "ChatFailed";
  constructor(
    message: string,
    /** Whether the request was refused before any part of an answer arrived. */
    readonly isRefusal: boolean,
  ) {
    super(message);
  }
}

/**
 * Sends a chat request and yields its answer as it arrives.
 *
 * @throws ChatFailed with the server's text, or an AbortError
 */
export async function* chat(workspace: string, request: ChatRequest, signal: AbortSignal): AsyncGenerator<Heard> {
  const response = await fetch(`/api/playground/${workspace}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
    signal,
  }).catch((error) => {
    if (signal.aborted) throw error;
    throw new ChatFailed("The server could not be reached. Try again in a moment.", true);
  });
  if (!response.ok || !response.body) throw new ChatFailed(await sentenceOf(response), true);
  const model = response.headers.get("x-atelier-model");
  if (model) yield { model };
  for await (const data of events(response.body)) {
    if (data === "[DONE]") return;
    const event = JSON.parse(data);
    if (event.error) throw new ChatFailed(event.error.message, false);
    yield* heardIn(event.choices?.[0]?.delta);
    if (event.usage) yield { usage: usageOf(event.usage) };
  }
  throw new ChatFailed("The connection was lost during the answer. Try again.", false);
}

type Delta = {
  content?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  tool_calls?: { index?: number; id?: string; function?: { name?: string; arguments?: unknown } }[];
};

/** Reads a piece of an answer, in the different formats in which servers send reasoning. */
export function* heardIn(delta: Delta | undefined): Generator<Heard> {
  if (!delta) return;
  const reasoning = textOf(delta.reasoning_content) || textOf(delta.reasoning);
  if (reasoning) yield { reasoning };
  for (const part of Array.isArray(delta.content) ? delta.content : [{ type: "text", text: delta.content }]) {
    const { type, text, thinking } = (part ?? {}) as { type?: unknown; text?: unknown; thinking?: unknown };
    if (type === "thinking") yield { reasoning: thoughtOf(thinking) };
    else if (type === "text" && textOf(text)) yield { text: textOf(text) };
  }
  for (const [at, { index = at, id, function: called }] of (delta.tool_calls ?? []).entries()) {
    const given = called?.arguments;
    const written = typeof given === "object" && given !== null ? JSON.stringify(given) : textOf(given);
    yield {
      call: { index, text: written, ...(id ? { id } : {}), ...(called?.name ? { name: called.name } : {}) },
    };
  }
}

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

function thoughtOf(thinking: unknown): string {
  if (!Array.isArray(thinking)) return textOf(thinking);
  return thinking.map((part) => textOf((part as { text?: unknown } | null)?.text)).join("");
}

async function sentenceOf(response: Response): Promise<string> {
  if (response.status === 401) return "You are signed out. Sign in again in another tab, then send this again.";
  const body = await response.json().catch(() => null);
  return body?.message ?? "Something went wrong. Try again.";
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("data:")) yield line.slice(5).trim();
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
