import { z } from "zod";
import { line, workspaceSlug } from "@/server/api/input";

/** The workspace to look into, and the reason that its Admins are given. */
export const askLook = z.strictObject({ slug: workspaceSlug, reason: line("The reason", 300) });
