import { expect } from "vitest";
import { type Event, eventsIn } from "./events";

type Item = Record<string, unknown> & { id: string; type: string };
type Response = Record<string, unknown> & { status: string; output: Item[] };

const ends = new Set(["response.completed", "response.incomplete", "response.failed"]);

/**
 * Checks that these are events of OpenAI's Responses API in a documented order, and that the deltas add up to the contents of the `done` events and
 * of the last response. Returns the last response.
 */
export function readResponseEvents(text: string): { response: Response; error?: Event } {
  const events = eventsIn(text);
  expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, i) => i));
  const [created, inProgress, ...rest] = events;
  expect([created?.type, inProgress?.type]).toEqual(["response.created", "response.in_progress"]);
  expect(created?.response).toMatchObject({ object: "response", status: "in_progress", output: [], error: null });
  const last = rest.pop();
  const response = last?.response as Response;
  expect(ends.has(last?.type ?? "")).toBe(true);
  expect(last?.type).toBe(`response.${response.status}`);
  const error = rest.at(-1)?.type === "error" ? rest.pop() : undefined;
  expect(error !== undefined).toBe(response.status === "failed");
  const reader = new ItemReader();
  for (const event of rest) reader.read(event);
  if (!error) expect(reader.isOpen).toBe(false);
  expect(response.output).toEqual(reader.done);
  return { response, ...(error && { error }) };
}

class ItemReader {
  readonly done: Item[] = [];
  #open: Item | undefined;
  #part: Record<string, unknown> | undefined;
  #text = "";
  #said: string | undefined;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  read({ type, sequence_number: _, ...event }: Event): void {
    expect(event.output_index).toBe(this.done.length);
    if (type === "response.output_item.added") {
      expect(this.#open).toBeUndefined();
      this.#open = event.item as Item;
      this.#text = "";
      this.#said = undefined;
      return;
    }
    if (!this.#open) throw new Error(`${type} without an item`);
    if (type === "response.output_item.done") return void this.#end(event.item as Item);
    expect(event.item_id).toBe(this.#open.id);
    if (type.endsWith("part.added")) this.#part = event.part as Record<string, unknown>;
    else if (type.endsWith("part.done")) this.#endPart(event.part as Record<string, unknown>);
    else if (type.endsWith(".delta")) {
      expect(this.#said).toBeUndefined();
      this.#text += event.delta;
    } else {
      expect(type.endsWith(".done")).toBe(true);
      this.#said = String(event.text ?? event.arguments ?? event.input ?? event.refusal);
      if (this.#text !== "" || this.#open.type !== "function_call") expect(this.#said).toBe(this.#text);
    }
  }

  #endPart(part: Record<string, unknown>): void {
    expect(this.#part?.type).toBe(part.type);
    expect(part.text ?? part.refusal).toBe(this.#said);
    this.#part = undefined;
  }

  #end(item: Item): void {
    const { id, type } = this.#open as Item;
    expect([item.id, item.type, this.#part]).toEqual([id, type, undefined]);
    expect(this.#said).toBeDefined();
    const [part] = (item.content ?? item.summary ?? []) as { text?: string; refusal?: string }[];
    expect(part?.text ?? part?.refusal ?? item.arguments ?? item.input).toBe(this.#said);
    this.done.push(item);
    this.#open = undefined;
  }
}
