import type { Used } from "@/server/usage/cost";
import { type OpenedPart, PartSequence, type PartWriter } from "../chat/part-sequence";
import { readChunk } from "../chat/read-chunk";
import { packReasoning, type ReasoningDialect } from "../chat/reasoning";
import { type Members, membersOf } from "../members";
import type { AnswerIdentity } from "../translation";
import { stopOf } from "./stop";
import type { Thinking } from "./thinking";
import { usageOf } from "./usage";

/**
 * Translates a whole answer of chat completions to a message of Anthropic's API.
 *
 * @throws ServerFailure when the answer cannot be used
 */
export function messageOf(
  completion: Members,
  used: Used | undefined,
  identity: AnswerIdentity,
  thinking: Thinking,
): Members {
  const blocks = new Blocks(thinking);
  const sequence = new PartSequence(blocks, (call) => toolUseId(identity, call));
  const read = readChunk(completion);
  for (const piece of read.pieces) sequence.add(piece);
  sequence.end();
  const stop = stopOf(read, sequence.hasCalls);
  return { ...emptyMessage(identity), content: blocks.done, ...stop, usage: usageOf(used) };
}

/** Returns a message of which nothing is known yet but who says it. */
export function emptyMessage({ id, model }: AnswerIdentity): Members {
  return {
    ...{ id: `msg_${id}`, type: "message", role: "assistant", model, content: [] },
    ...{ stop_reason: null, stop_sequence: null, usage: usageOf(undefined) },
  };
}

/** Returns the id of a tool's use, where the server gives the call none. */
export function toolUseId({ id }: AnswerIdentity, call: number): string {
  return `toolu_${id}${call}`;
}

class Blocks implements PartWriter {
  readonly done: Members[] = [];
  #part: OpenedPart | undefined;
  #text = "";

  constructor(private readonly thinking: Thinking) {}

  open(part: OpenedPart): void {
    this.#part = part;
    this.#text = "";
  }

  append(text: string): void {
    this.#text += text;
  }

  close(): void {
    const part = this.#part;
    if (!part) return;
    if (part.kind === "call")
      this.done.push({ type: "tool_use", id: part.id, name: part.name, input: inputOf(this.#text) });
    else if (part.kind === "reasoning") this.#closeThinking(part.dialect);
    else this.done.push({ type: "text", text: this.#text });
  }

  #closeThinking(dialect: ReasoningDialect): void {
    const { blocks } = this.thinking;
    if (blocks === "none") return;
    const thinking = blocks === "shown" ? this.#text : "";
    this.done.push({ type: "thinking", thinking, signature: signatureOf(dialect, this.#text, thinking) });
  }
}

/** Returns the signature of a thinking block: the way back to the server's dialect, and the text where the block has none. */
export function signatureOf(dialect: ReasoningDialect, text: string, shown: string): string {
  return packReasoning({ dialect, text: shown === "" ? text : "" });
}

/** What a model wrote as arguments and is no JSON object stays readable: the tool refuses it, and the model sees why. */
function inputOf(text: string): Members {
  if (text.trim() === "") return {};
  try {
    return membersOf(JSON.parse(text)) ?? { invalid_json: text };
  } catch {
    return { invalid_json: text };
  }
}
