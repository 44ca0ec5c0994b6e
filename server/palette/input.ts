import { z } from "zod";
import { searchText } from "@/server/api/input";

/** The largest number of results of each kind: the palette finds known things, the pages list all. */
export const mostOfAKind = 8;

export const searchPalette = z.strictObject({ search: searchText });

/** What one can be led to, in the order it is shown. */
export const kinds = {
  page: "Pages",
  action: "Actions",
  workspace: "Workspaces",
  member: "Members",
  key: "API keys",
  model: "Models",
} as const;

export type Kind = keyof typeof kinds;

/** One line of the palette: it leads to an address, or does what only the browser can. */
export type Found = { id: string; label: string; detail?: string } & (
  | { href: string; does?: undefined }
  | { href?: undefined; does: "switch-theme" | "log-out" }
);

export type FoundGroup = { kind: Kind; label: string; rows: Found[] };
