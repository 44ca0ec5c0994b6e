import { z } from "zod";
import { cursor, line, searchText, workspaceSlug } from "@/server/api/input";
import { optionalAmount } from "@/server/billing/input";

export const workspaceSorts = ["newest", "name", "members"] as const;
export type WorkspaceSort = (typeof workspaceSorts)[number];

export const workspaceStates = ["all", "suspended"] as const;

/** A page of the workspaces. A search finds the beginning of a name or an address, and has one page. */
export const listWorkspaces = z.strictObject({
  search: searchText,
  sort: z.enum(workspaceSorts).default("newest"),
  state: z.enum(workspaceStates).default("all"),
  after: cursor,
  before: cursor,
});

export const oneWorkspace = z.strictObject({ slug: workspaceSlug });

/** What to suspend, and what its members are told about it. */
export const suspendWorkspace = z.strictObject({
  slug: workspaceSlug,
  reason: z.union([z.literal(""), line("The reason", 200)]).default(""),
});

/** The most that a workspace may spend in each span; nothing typed is no ceiling. */
export const setCeilings = z.strictObject({
  slug: workspaceSlug,
  day: optionalAmount,
  week: optionalAmount,
  month: optionalAmount,
  total: optionalAmount,
});
