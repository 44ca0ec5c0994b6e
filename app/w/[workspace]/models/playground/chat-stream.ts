import type { ChatRequest } from "@/app/w/[workspace]/_shared/first-request";
import { type Usage, usageOf } from "./usage";

/** What arrives of an answer, in order: the model of a route that gives it, pieces of text, and the usage at its end. */
export type Heard = { model: string } | { text: string } | { usage: Usage };

/** Why there is no answer, in a sentence to show. */
export class ChatFailed extends Error {
  override readonly name = "ChatFailed";
}

/**
 * Asks for a chat and yields its answer as it comes.
 *
 * @throws ChatFailed with the server's sentence, or an AbortError
 */
export async function* chat(workspace: string, request: ChatRequest, signal: AbortSignal): AsyncGenerator<Heard> {
  const response = await fetch(`/api/playground/${workspace}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
    signal,
  }).catch((error) => {
    if (signal.aborted) throw error;
    throw new ChatFailed("The server could not be reached. Try again in a moment.");
  });
  if (!response.ok || !response.body) throw new ChatFailed(await sentenceOf(response));
  const model = response.headers.get("x-atelier-model");
  if (model) yield { model };
  for await (const data of events(response.body)) {
    if (data === "[DONE]") return;
    const event = JSON.parse(data);
    if (event.error) throw new ChatFailed(event.error.message);
    const text = event.choices?.[0]?.delta?.content;
    if (text) yield { text };
    if (event.usage) yield { usage: usageOf(event.usage) };
  }
  throw new ChatFailed("The answer broke off. Try again.");
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
