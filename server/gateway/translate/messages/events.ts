import type { Used } from "@/server/usage/cost";
import type { ApiError } from "../../errors/errors";
import { anthropicEvent } from "../../errors/families";
import { type OpenedPart, PartSequence, type PartWriter } from "../chat/part-sequence";
import { type ReadChunk, readChunk } from "../chat/read-chunk";
import type { Members } from "../members";
import { type AnswerIdentity, eventText, type StreamTranslator } from "../translation";
import { emptyMessage, signatureOf, toolUseId } from "./answer";
import { stopOf } from "./stop";
import type { Thinking } from "./thinking";
import { usageOf } from "./usage";

/** Translates the stream of a chat to the events of Anthropic's API. Keeps nothing of the text, but for thinking that is not shown. */
export class MessageEvents implements StreamTranslator, PartWriter {
  #out = "";
  #hasBegun = false;
  #stop: Pick<ReadChunk, "finish" | "stopSequence"> = {};
  readonly #sequence: PartSequence;
  #part: OpenedPart | undefined;
  #index = -1;
  /** Thinking that is not shown. */
  #hidden = "";

  constructor(
    private readonly identity: AnswerIdentity,
    private readonly thinking: Thinking,
  ) {
    this.#sequence = new PartSequence(this, (call) => toolUseId(identity, call));
  }

  chunk(chunk: unknown): string {
    this.#begin();
    const { pieces, finish, stopSequence } = readChunk(chunk);
    for (const piece of pieces) this.#sequence.add(piece);
    if (finish) {
      this.#sequence.end();
      this.#stop = { finish, ...(stopSequence && { stopSequence }) };
    }
    return this.#take();
  }

  end(used: Used | undefined): string {
    this.#begin();
    this.#sequence.end();
    this.#emit("message_delta", { delta: stopOf(this.#stop, this.#sequence.hasCalls), usage: usageOf(used) });
    this.#emit("message_stop", {});
    return this.#take();
  }

  fail(error: ApiError): string {
    return this.#take() + anthropicEvent(error, this.identity.requestId);
  }

  open(part: OpenedPart): void {
    this.#part = part;
    this.#hidden = "";
    if (!this.#isShown(part)) return;
    this.#index++;
    this.#emit("content_block_start", { index: this.#index, content_block: emptyBlock(part) });
  }

  append(text: string): void {
    const part = this.#part;
    if (!part || !this.#isShown(part)) return;
    if (part.kind === "call") this.#delta({ type: "input_json_delta", partial_json: text });
    else if (part.kind !== "reasoning") this.#delta({ type: "text_delta", text });
    else if (this.thinking.blocks === "shown") this.#delta({ type: "thinking_delta", thinking: text });
    else this.#hidden += text;
  }

  close(): void {
    const part = this.#part;
    if (!part || !this.#isShown(part)) return;
    if (part.kind === "reasoning")
      this.#delta({ type: "signature_delta", signature: signatureOf(part.dialect, this.#hidden, "") });
    this.#emit("content_block_stop", { index: this.#index });
  }

  #isShown(part: OpenedPart): boolean {
    return part.kind !== "reasoning" || this.thinking.blocks !== "none";
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#emit("message_start", { message: emptyMessage(this.identity) });
  }

  #delta(delta: Members): void {
    this.#emit("content_block_delta", { index: this.#index, delta });
  }

  #emit(type: string, members: Members): void {
    this.#out += eventText({ type, ...members });
  }

  #take(): string {
    const out = this.#out;
    this.#out = "";
    return out;
  }
}

function emptyBlock(part: OpenedPart): Members {
  if (part.kind === "call") return { type: "tool_use", id: part.id, name: part.name, input: {} };
  if (part.kind === "reasoning") return { type: "thinking", thinking: "", signature: "" };
  return { type: "text", text: "" };
}
