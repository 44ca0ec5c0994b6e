import { z } from "zod";
import { workspaceSlug } from "@/server/api/input";

/** The name typed again, as proof that the person knows what they are about to delete. */
export const deleteWorkspace = z.strictObject({ confirmation: z.string().max(1_200) });

/** A deleted workspace by the slug it had, which is still its own. */
export const restoreWorkspace = z.strictObject({ slug: workspaceSlug });

/** For how many days a deleted workspace can be restored. */
export const restorableDays = 30;
