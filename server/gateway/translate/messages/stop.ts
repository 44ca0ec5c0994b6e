import type { ReadChunk } from "../chat/read-chunk";

type Stop = { stop_reason: string; stop_sequence: string | null };

const reasons = new Map([
  ["length", "max_tokens"],
  ["content_filter", "refusal"],
  // Mistral's word for a context that is full.
  ["model_length", "model_context_window_exceeded"],
]);

/** Translates why a model has ended. Servers say `stop` or `tool_calls` when it has called tools. */
export function stopOf({ finish, stopSequence }: Pick<ReadChunk, "finish" | "stopSequence">, hasCalls: boolean): Stop {
  const reason = reasons.get(finish ?? "");
  if (reason) return { stop_reason: reason, stop_sequence: null };
  if (hasCalls) return { stop_reason: "tool_use", stop_sequence: null };
  if (stopSequence !== undefined) return { stop_reason: "stop_sequence", stop_sequence: stopSequence };
  return { stop_reason: "end_turn", stop_sequence: null };
}
