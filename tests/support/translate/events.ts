import { expect } from "vitest";

/** The data of a server-sent event. */
export type Event = Record<string, unknown> & { type: string };

/** Reads server-sent events whose name is the type in their data. */
export function eventsIn(text: string): Event[] {
  if (text === "") return [];
  expect(text.endsWith("\n\n")).toBe(true);
  return text
    .slice(0, -2)
    .split("\n\n")
    .map((each) => {
      const [, name, data] = /^event: (\S+)\ndata: (.*)$/.exec(each) ?? [];
      const event = JSON.parse(data ?? "null");
      expect(event.type).toBe(name);
      return event;
    });
}
