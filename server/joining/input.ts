import { z } from "zod";
import { roles } from "@/server/access/permissions";
import { workspaceSlug } from "@/server/api/input";

export const joinPage = z.strictObject({ slug: workspaceSlug });
export const oneRequest = z.strictObject({ requestId: z.uuid() });
export const approveRequest = z.strictObject({ requestId: z.uuid(), role: z.enum(roles, { error: "Choose a role." }) });
export const setJoinPage = z.strictObject({
  isOpen: z.stringbool({ error: "Choose whether it is open." }).or(z.boolean()),
});
