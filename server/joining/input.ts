import { z } from "zod";
import { roles } from "@/server/access/permissions";
import { workspaceSlug } from "@/server/api/input";

export const joinPage = z.strictObject({ slug: workspaceSlug });
/** The workspaces that a person's domain opens, after a given one. */
export const openAfter = z.strictObject({ after: workspaceSlug.optional().catch(undefined) }).prefault({});
/** One of the workspaces that a person's domain opens. */
export const oneOpen = z.strictObject({ slug: workspaceSlug });
export const oneRequest = z.strictObject({ requestId: z.uuid() });
export const approveRequest = z.strictObject({
  requestId: z.uuid(),
  role: z.enum(roles, { error: "Choose a role." }),
  /** Adds a seat for the person when all are taken. */
  addSeat: z
    .union([z.literal(""), z.stringbool(), z.boolean()])
    .default(false)
    .transform((chosen) => chosen === true),
});
export const setJoinPage = z.strictObject({
  isOpen: z.stringbool({ error: "Choose whether the join page is open." }).or(z.boolean()),
});
