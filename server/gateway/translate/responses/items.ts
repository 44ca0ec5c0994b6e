import type { OpenedPart } from "../chat/part-sequence";
import { packReasoning } from "../chat/reasoning";
import type { Members } from "../members";
import type { AnswerIdentity } from "../translation";
import type { Shape } from "./response";
import { customInput } from "./tool-names";

/** An item of a response's output. `status` is that of the item while and after it is written. */
export type ItemStatus = "in_progress" | "completed" | "incomplete";

/** A part of an answer that becomes an item, and what has come of it so far. */
export type Item = { id: string; part: OpenedPart; text: string };

const prefixes = { text: "msg", refusal: "msg", reasoning: "rs", call: "fc", custom: "ctc" } as const;

/** Returns the beginning of an item, with an id of its own in its response. */
export function newItem(part: OpenedPart, index: number, { id }: AnswerIdentity, { names }: Shape): Item {
  const isCustom = part.kind === "call" && names.toolOf(part.name).kind === "custom";
  return { id: `${prefixes[isCustom ? "custom" : part.kind]}_${id}${index}`, part, text: "" };
}

/** Returns an item as it stands in the output; without its text while it is still in progress. */
export function itemOf({ id, part, text: written }: Item, status: ItemStatus, shape: Shape): Members {
  const isEmpty = status === "in_progress";
  const text = isEmpty ? "" : written;
  if (part.kind === "call") return callOf(id, part, text, status, shape);
  if (part.kind !== "reasoning")
    return { id, type: "message", status, role: "assistant", content: isEmpty ? [] : [contentPart(part.kind, text)] };
  const packed = shape.hasPacked && !isEmpty ? packReasoning({ dialect: part.dialect, text }) : undefined;
  return {
    ...{ id, type: "reasoning" },
    summary: shape.hasSummary && !isEmpty ? [{ type: "summary_text", text }] : [],
    ...(!shape.hasSummary && { content: isEmpty ? [] : [{ type: "reasoning_text", text }] }),
    ...(packed !== undefined && { encrypted_content: packed }),
  };
}

function callOf(
  id: string,
  { id: callId, name }: Extract<OpenedPart, { kind: "call" }>,
  text: string,
  status: ItemStatus,
  { names }: Shape,
): Members {
  const { kind, namespace, name: declared } = names.toolOf(name);
  const called = { call_id: callId, name: declared, ...(namespace && { namespace }) };
  const isEmpty = status === "in_progress";
  if (kind === "custom")
    return { id, type: "custom_tool_call", status, ...called, input: isEmpty ? "" : customInput(text) };
  return { id, type: "function_call", status, ...called, arguments: isEmpty ? "" : text || "{}" };
}

/** Returns a part of a message's content. */
export function contentPart(kind: "text" | "refusal", text: string): Members {
  return kind === "text"
    ? { type: "output_text", text, annotations: [], logprobs: [] }
    : { type: "refusal", refusal: text };
}
