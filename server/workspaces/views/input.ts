import { z } from "zod";
import { line } from "@/server/api/input";

/** The most views that a member can save for one list. */
export const mostViews = 20;

/** The query parameters of each list that a view saves: not the current page or an open dialog. */
const parts = {
  members: ["q", "role", "sort", "order"],
  keys: ["q", "owner", "state", "sort", "order"],
  usage: ["range", "from", "to", "granularity", "group", "model", "operation", "route", "tag", "key", "member"],
  audit: ["q", "person", "action", "type", "thing", "from", "to", "order"],
} as const;

const lists = ["members", "keys", "usage", "audit"] as const;
export type ViewedList = (typeof lists)[number];

const longestPart = 256;

/** Returns the filters and sorting in a query string, in a normal form; "": the list's default view. */
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
  /** Only its owner sees it. */
  name: line("The name", 60),
  query: z.string({ error: "The query is missing." }).max(2000, "These filters are too long to be kept."),
});
export const removeView = z.strictObject({ viewId: z.uuid() });
