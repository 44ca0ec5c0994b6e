import { z } from "zod";
import { workspaceSlug } from "@/server/api/input";

/** The workspace's name typed again, as proof that the person knows which one they delete. */
export const deleteWorkspace = z.strictObject({ confirmation: z.string().max(1_200) });

/** A deleted workspace, by its slug, which stays reserved for it. */
export const restoreWorkspace = z.strictObject({ slug: workspaceSlug });

/** For how many days a deleted workspace can be restored. */
export const restorableDays = 30;
