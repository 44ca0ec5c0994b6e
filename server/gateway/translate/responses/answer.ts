import type { Used } from "@/server/usage/cost";
import { type OpenedPart, PartSequence, type PartWriter } from "../chat/part-sequence";
import { readChunk } from "../chat/read-chunk";
import type { Members } from "../members";
import type { AnswerIdentity } from "../translation";
import { type Item, itemOf, newItem } from "./items";
import { incompleteOf, responseIn, type Shape } from "./response";

/**
 * Translates a whole answer of chat completions to a response of OpenAI's API.
 *
 * @throws ServerFailure when the answer cannot be used
 */
export function responseOf(
  completion: Members,
  used: Used | undefined,
  identity: AnswerIdentity,
  shape: Shape,
): Members {
  const items = new Items(identity, shape);
  const sequence = new PartSequence(items, (call) => `call_${identity.id}${call}`);
  const read = readChunk(completion);
  for (const piece of read.pieces) sequence.add(piece);
  sequence.end();
  const details = incompleteOf(read);
  const last = items.all.length - 1;
  const output = items.all.map((item, i) => itemOf(item, details && i === last ? "incomplete" : "completed", shape));
  const response = responseIn({ status: details ? "incomplete" : "completed", output, used }, identity, shape);
  return details ? { ...response, incomplete_details: details } : response;
}

class Items implements PartWriter {
  readonly all: Item[] = [];

  constructor(
    private readonly identity: AnswerIdentity,
    private readonly shape: Shape,
  ) {}

  open(part: OpenedPart): void {
    this.all.push(newItem(part, this.all.length, this.identity, this.shape));
  }

  append(text: string): void {
    const item = this.all.at(-1);
    if (item) item.text += text;
  }

  close(): void {}
}
