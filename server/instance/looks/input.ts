import { z } from "zod";
import { line, workspaceSlug } from "@/server/api/input";

/** Which workspace to look into, and what its Admins are told why. */
export const askLook = z.strictObject({ slug: workspaceSlug, reason: line("The reason", 300) });
