import type { Used } from "@/server/usage/cost";
import type { ApiError } from "../../errors/errors";
import { type OpenedPart, PartSequence, type PartWriter } from "../chat/part-sequence";
import { type ReadChunk, readChunk } from "../chat/read-chunk";
import type { Members } from "../members";
import { type AnswerIdentity, eventText, type StreamTranslator } from "../translation";
import { ItemEvents } from "./item-events";
import { type Item, type ItemStatus, itemOf, newItem } from "./items";
import { incompleteOf, responseError, responseIn, type Shape } from "./response";

/** Translates the stream of a chat to the events of OpenAI's Responses API, which repeat at its end all that was said. */
export class ResponseEvents implements StreamTranslator, PartWriter {
  #out = "";
  #sequenceNumber = 0;
  #hasBegun = false;
  #finish: Pick<ReadChunk, "finish"> = {};
  readonly #sequence: PartSequence;
  readonly #output: Members[] = [];
  #item: Item | undefined;
  #events: ItemEvents | undefined;
  whole: Members | undefined;

  constructor(
    private readonly identity: AnswerIdentity,
    private readonly shape: Shape,
  ) {
    this.#sequence = new PartSequence(this, (call) => `call_${identity.id}${call}`);
  }

  chunk(chunk: unknown): string {
    this.#begin();
    const { pieces, finish } = readChunk(chunk);
    // What is open when the model ends is as complete as the answer.
    if (finish) this.#finish = { finish };
    for (const piece of pieces) this.#sequence.add(piece);
    if (finish) this.#sequence.end();
    return this.#take();
  }

  end(used: Used | undefined): string {
    this.#begin();
    this.#sequence.end();
    const details = incompleteOf(this.#finish);
    const response = this.#response(details ? "incomplete" : "completed", used);
    this.whole = details ? { ...response, incomplete_details: details } : response;
    this.#emit(details ? "response.incomplete" : "response.completed", { response: this.whole });
    return this.#take();
  }

  /** Says it twice: OpenAI's clients throw at `error`, Codex reads `response.failed`. */
  fail(error: ApiError): string {
    this.#begin();
    const { type, code, message, param = null } = error;
    this.#emit("error", { code, message, param, error: { type, code, message, param } });
    this.#emit("response.failed", { response: { ...this.#response("failed"), error: responseError(error) } });
    return this.#take();
  }

  open(part: OpenedPart): void {
    const item = newItem(part, this.#output.length, this.identity, this.shape);
    const index = this.#output.length;
    this.#item = item;
    this.#emit("response.output_item.added", { output_index: index, item: itemOf(item, "in_progress", this.shape) });
    this.#events = new ItemEvents(item, index, this.shape, (type, members) => this.#emit(type, members));
    this.#events.begin();
  }

  append(text: string): void {
    if (this.#item) this.#item.text += text;
    this.#events?.append(text);
  }

  close(): void {
    if (!this.#item) return;
    this.#events?.end();
    const status: ItemStatus = incompleteOf(this.#finish) ? "incomplete" : "completed";
    const item = itemOf(this.#item, status, this.shape);
    this.#emit("response.output_item.done", { output_index: this.#output.length, item });
    this.#output.push(item);
    this.#item = undefined;
    this.#events = undefined;
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    // It repeats the request, whose tools may be long: it is written once for both.
    const response = JSON.stringify(this.#response("in_progress"));
    for (const type of ["response.created", "response.in_progress"])
      this.#out += `event: ${type}\ndata: {"type":"${type}","sequence_number":${this.#sequenceNumber++},"response":${response}}\n\n`;
  }

  #response(status: "in_progress" | "completed" | "incomplete" | "failed", used?: Used): Members {
    return responseIn({ status, output: this.#output, used }, this.identity, this.shape);
  }

  #emit(type: string, members: Members): void {
    this.#out += eventText({ type, sequence_number: this.#sequenceNumber++, ...members });
  }

  #take(): string {
    const out = this.#out;
    this.#out = "";
    return out;
  }
}
