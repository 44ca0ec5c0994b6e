import { expect } from "vitest";
import { eventsIn } from "./events";

type Block = Record<string, unknown> & { type: string };

/**
 * Checks that these are events of Anthropic's Messages API in a documented order, and returns the message that they contain, or the error
 * that ends them.
 */
export function readMessageEvents(text: string): {
  message?: Record<string, unknown>;
  error?: Record<string, unknown>;
} {
  const events = eventsIn(text);
  const last = events.at(-1);
  let message: Record<string, unknown> | undefined;
  let open: Block | undefined;
  let json = "";
  let [hasDelta, hasStopped] = [false, false];
  const content: Block[] = [];
  for (const event of events) {
    expect(hasStopped).toBe(false);
    const { type } = event;
    if (type === "error") {
      expect(event).toBe(last);
      return { ...(message && { message: { ...message, content } }), error: event.error as Record<string, unknown> };
    }
    if (type === "message_start") {
      expect(message).toBeUndefined();
      message = event.message as Record<string, unknown>;
      expect(message).toMatchObject({ type: "message", role: "assistant", content: [], stop_reason: null });
      continue;
    }
    expect(message).toBeDefined();
    if (type === "content_block_start") {
      expect([open, hasDelta, event.index]).toEqual([undefined, false, content.length]);
      open = { ...(event.content_block as Block) };
      json = "";
    } else if (type === "content_block_delta") {
      expect(event.index).toBe(content.length);
      if (!open) throw new Error("a delta without its block");
      json += applied(open, event.delta as Record<string, string>);
    } else if (type === "content_block_stop") {
      expect(event.index).toBe(content.length);
      if (!open) throw new Error("the end of a block that is not open");
      if (open.type === "tool_use") open.input = json === "" ? {} : JSON.parse(json);
      content.push(open);
      open = undefined;
    } else if (type === "message_delta") {
      expect([open, hasDelta]).toEqual([undefined, false]);
      hasDelta = true;
      Object.assign(message as object, event.delta, { usage: event.usage });
    } else {
      expect([type, hasDelta, event]).toEqual(["message_stop", true, last]);
      hasStopped = true;
    }
  }
  expect(hasStopped).toBe(true);
  return { message: { ...message, content } };
}

/** Adds a delta to its block. Returns its part of a tool's input. */
function applied(block: Block, { type, ...said }: Record<string, string>): string {
  const expected = {
    text_delta: "text",
    thinking_delta: "thinking",
    signature_delta: "thinking",
    input_json_delta: "tool_use",
  };
  expect(block.type).toBe(expected[type as keyof typeof expected]);
  if (type === "input_json_delta") return said.partial_json as string;
  for (const [name, value] of Object.entries(said)) block[name] = String(block[name]) + value;
  return "";
}
