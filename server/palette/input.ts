import { z } from "zod";
import { searchText } from "@/server/api/input";

/** The most results of each kind: the palette finds known things, the pages list all. */
export const mostOfAKind = 8;

export const searchPalette = z.strictObject({ search: searchText });

/** The kinds of results, in the order in which they are shown. */
export const kinds = {
  page: "Pages",
  action: "Actions",
  workspace: "Workspaces",
  member: "Members",
  key: "API keys",
  model: "Models",
} as const;

export type Kind = keyof typeof kinds;

/** One result: it opens an address, or does something in the browser. */
export type Found = { id: string; label: string; detail?: string } & (
  | { href: string; does?: undefined }
  | { href?: undefined; does: "switch-theme" | "log-out" }
);

export type FoundGroup = { kind: Kind; label: string; rows: Found[] };
