import { z } from "zod";
import { roles } from "@/server/access/permissions";
import { line, workspaceSlug } from "@/server/api/input";

/** Also a provider of the environment: these have short ids. */
const provider = {
  providerId: z
    .string()
    .toLowerCase()
    .regex(/^[a-z0-9-]{1,40}$/),
};

export const ofProvider = z.strictObject(provider);

export const setGroupsClaim = z.strictObject({
  ...provider,
  groupsClaim: z
    .string()
    .trim()
    .default("")
    .refine((text) => /^[\x21-\x7e]{0,80}$/.test(text), "Enter the name of a claim, such as groups.")
    .transform((text) => text || null),
  missing: z.enum(["keep", "none"], { error: "Choose what an answer without the claim means." }).default("keep"),
});

export const addGroupRule = z.strictObject({
  ...provider,
  /** As it is in the provider's claim. */
  group: line("The group", 400),
  slug: workspaceSlug,
  role: z.enum(roles, { error: "Choose a role." }),
});

export const removeGroupRule = z.strictObject({ ...provider, ruleId: z.uuid() });
