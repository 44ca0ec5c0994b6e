import { z } from "zod";
import { cursor, line, listOrder, searchText, workspaceSlug } from "@/server/api/input";
import { optionalAmount } from "@/server/billing/input";
import { allowedModels, allowedProviders } from "../sign-up/input";

export const workspaceSorts = ["newest", "name", "members", "spend", "used"] as const;
export type WorkspaceSort = (typeof workspaceSorts)[number];

export const workspaceStates = ["all", "suspended", "deleted"] as const;

/** A page of the workspaces. A search matches the beginning of a name or an address, and has one page. */
export const listWorkspaces = z.strictObject({
  search: searchText,
  sort: z.enum(workspaceSorts).default("newest"),
  order: listOrder,
  state: z.enum(workspaceStates).default("all"),
  after: cursor,
  before: cursor,
});

export const oneWorkspace = z.strictObject({ slug: workspaceSlug });

/** The workspace to suspend, and the reason that its members are shown. */
export const suspendWorkspace = z.strictObject({
  slug: workspaceSlug,
  reason: z.union([z.literal(""), line("The reason", 200)]).default(""),
});

/** The name typed again, as proof that the operator knows which workspace they delete. */
export const deleteWorkspaceOfInstance = z.strictObject({ slug: workspaceSlug, confirmation: z.string().max(1_200) });

/** Several workspaces, ticked in a form. */
const slugs = z
  .union([workspaceSlug, z.array(workspaceSlug).max(50, "Choose at most 50 workspaces at once.")], {
    error: "Choose at least one workspace.",
  })
  .transform((chosen) => [...new Set([chosen].flat())])
  .refine((chosen) => chosen.length > 0, "Choose at least one workspace.");

export const manyWorkspaces = z.strictObject({ slugs });

/** The workspaces to suspend or resume, and the reason that their members are shown. */
export const setStates = z.strictObject({
  slugs,
  change: z.enum(["suspend", "resume"], { error: "Choose what to do." }),
  reason: suspendWorkspace.shape.reason,
});

/** The models and servers of the instance that a workspace may use; empty: all. */
export const setAllowance = z.strictObject({
  slug: workspaceSlug,
  models: allowedModels,
  providers: allowedProviders,
});

/** The spending ceilings of a workspace by span; empty means no ceiling. */
export const setCeilings = z.strictObject({
  slug: workspaceSlug,
  day: optionalAmount,
  week: optionalAmount,
  month: optionalAmount,
  total: optionalAmount,
});
