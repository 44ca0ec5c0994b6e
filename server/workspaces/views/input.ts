import { z } from "zod";
import { line } from "@/server/api/input";

/** The most views that a member keeps of one list. */
export const mostViews = 20;

/** For each list the parts of its address that a view keeps: not the page one is on, nor a dialog. */
const parts = {
  members: ["q", "role", "sort", "order"],
  keys: ["q", "owner", "state", "sort", "order"],
  usage: ["range", "from", "to", "granularity", "group", "model", "operation", "route", "tag", "key", "member"],
  audit: ["q", "person", "action", "type", "thing", "from", "to", "order"],
} as const;

const lists = ["members", "keys", "usage", "audit"] as const;
export type ViewedList = (typeof lists)[number];

const longestPart = 256;

/** Returns the part of an address's query that says which view of a list it is, always written alike; "" is the list as it comes. */
export function viewOf(list: ViewedList, query: string): string {
  const given = new URLSearchParams(query);
  const kept = parts[list].flatMap((name) => {
    const value = (given.get(name) ?? "").normalize("NFC").trim();
    return value && value.length <= longestPart ? [[name, value]] : [];
  });
  return new URLSearchParams(kept).toString();
}

const list = z.enum(lists, { error: "There is no such list." });

export const listViews = z.strictObject({ list });
export const saveView = z.strictObject({
  list,
  /** Seen by whom it is for alone. */
  name: line("The name", 60),
  query: z.string({ error: "The query is missing." }).max(2000, "These filters are too long to be kept."),
});
export const removeView = z.strictObject({ viewId: z.uuid() });
