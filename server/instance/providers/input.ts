import { z } from "zod";
import { properName, workspaceSlug } from "@/server/api/input";
import { changeShape, providerShape, providerState, tunedModels } from "@/server/model-servers/providers/input";
import { isOwnProviderModel } from "@/server/model-servers/source";

const slugsMessage = "Enter the addresses of workspaces as in /w/ADDRESS, separated by commas or spaces.";

/** The workspaces that may use a provider, by their slugs; empty: all. */
const workspaces = z
  .string({ error: slugsMessage })
  .max(50_000, slugsMessage)
  .default("")
  .transform((text, context) => {
    const typed = text.split(/[\s,;]+/).map((each) => each.replace(/^\/?w\//, ""));
    const slugs = [...new Set(typed.filter(Boolean))];
    if (slugs.every((slug) => workspaceSlug.safeParse(slug).success) && slugs.length <= 1_000) return slugs;
    context.addIssue({ code: "custom", message: slugsMessage });
    return z.NEVER;
  });

/** The ledger, headers and fine-tuned models contain a provider's name, so it cannot change. */
const name = properName("The name").refine(
  (text) => !isOwnProviderModel(text),
  "Names that begin with “own/” are kept for workspaces' own providers.",
);

export const addProvider = z.strictObject({ name, ...providerShape, tuned: tunedModels, workspaces });
export const oneProvider = z.strictObject({ providerId: z.uuid() });
export const updateProvider = z.strictObject({ providerId: z.uuid(), ...changeShape, tuned: tunedModels, workspaces });
export const setProviderState = z.strictObject({ providerId: z.uuid(), state: providerState });

const rangesMessage = "Enter addresses or ranges like 10.0.0.0/8, separated by commas or spaces.";

/** Whether workspaces may add providers of their own, and in which networks besides the public internet. */
export const setOwnProviders = z.strictObject({
  own: z.enum(["allowed", "closed"], { error: "Choose whether workspaces may add their own providers." }),
  ranges: z
    .string({ error: rangesMessage })
    .max(10_000, rangesMessage)
    .default("")
    .transform((text, context) => {
      const typed = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
      const isRange = (range: string) => z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]).safeParse(range).success;
      if (typed.every(isRange) && typed.length <= 100) return typed;
      context.addIssue({ code: "custom", message: rangesMessage });
      return z.NEVER;
    }),
});
