import { type Members, membersOf, textOf } from "../members";
import type { ReasoningDialect } from "./reasoning";

/** A piece of what a model produced, in its order. `index` says which of the calls a piece belongs to. */
export type Piece =
  | { kind: "reasoning"; text: string; dialect: ReasoningDialect }
  | { kind: "text" | "refusal"; text: string }
  | { kind: "call"; index: number; id?: string; name?: string; arguments: string };

/** What a chunk of a stream, or a whole answer, says of its first choice. */
export type ReadChunk = {
  pieces: Piece[];
  /** Why the model has ended: `stop`, `length`, `tool_calls`, `content_filter` and servers' own words. */
  finish?: string;
  /** The text that made it stop, where the server says which (vLLM's `stop_reason`). */
  stopSequence?: string;
};

/** Reads a chunk of a chat's stream or a whole answer, in the dialects of OpenAI, vLLM, llama.cpp, Ollama, DeepSeek and Mistral. */
export function readChunk(chunk: unknown): ReadChunk {
  const choices = membersOf(chunk)?.choices;
  const choice = Array.isArray(choices)
    ? membersOf(choices.find((each) => (membersOf(each)?.index ?? 0) === 0))
    : undefined;
  if (!choice) return { pieces: [] };
  const said = membersOf(choice.delta) ?? membersOf(choice.message) ?? {};
  const finish = textOf(choice.finish_reason);
  const stopSequence = textOf(choice.stop_reason);
  return { pieces: piecesOf(said), ...(finish && { finish }), ...(stopSequence && { stopSequence }) };
}

function piecesOf(said: Members): Piece[] {
  const pieces: Piece[] = [];
  // Some versions of vLLM say the same under both names.
  const dialect = textOf(said.reasoning_content) ? "reasoning_content" : "reasoning";
  const reasoning = textOf(said[dialect]);
  if (reasoning) pieces.push({ kind: "reasoning", text: reasoning, dialect });
  addContent(pieces, said.content);
  const refusal = textOf(said.refusal);
  if (refusal) pieces.push({ kind: "refusal", text: refusal });
  addCalls(pieces, said);
  return pieces;
}

/** Mistral's content may be a list of parts, of which some are thinking. */
function addContent(pieces: Piece[], content: unknown): void {
  const whole = textOf(content);
  if (whole) pieces.push({ kind: "text", text: whole });
  if (!Array.isArray(content)) return;
  for (const each of content) {
    const { type, text, thinking } = membersOf(each) ?? {};
    if (type === "text" && textOf(text)) pieces.push({ kind: "text", text: text as string });
    const thought = type === "thinking" ? thoughtOf(thinking) : "";
    if (thought !== "") pieces.push({ kind: "reasoning", text: thought, dialect: "thinking" });
  }
}

function thoughtOf(thinking: unknown): string {
  if (typeof thinking === "string") return thinking;
  if (!Array.isArray(thinking)) return "";
  return thinking.map((each) => textOf(membersOf(each)?.text) ?? "").join("");
}

function addCalls(pieces: Piece[], said: Members): void {
  const legacy = membersOf(said.function_call);
  const calls = Array.isArray(said.tool_calls) ? said.tool_calls : legacy ? [{ function: legacy }] : [];
  for (const [position, each] of calls.entries()) {
    const call = membersOf(each);
    const called = membersOf(call?.function);
    if (!call || !called) continue;
    const [id, name] = [textOf(call.id), textOf(called.name)];
    pieces.push({
      kind: "call",
      index: typeof call.index === "number" ? call.index : position,
      ...(id && id !== "null" && { id }),
      ...(name && { name }),
      arguments: argumentsOf(called.arguments),
    });
  }
}

/** Some servers give the arguments as an object, not as its JSON. */
function argumentsOf(value: unknown): string {
  if (typeof value === "string") return value;
  return membersOf(value) ? JSON.stringify(value) : "";
}
