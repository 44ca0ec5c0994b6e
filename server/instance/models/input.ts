import { z } from "zod";
import { searchText } from "@/server/api/input";

/** How many base models' ends are announced at most. */
export const mostBaseRetirements = 1_000;

/** How many of its other names are kept with each. */
export const mostAliases = 100;

/** The id of a base model. */
const modelId = z.string().regex(/^[!-~]{1,256}$/);

export const listModels = z.strictObject({ search: searchText });

export const oneModel = z.strictObject({ modelId });

export const setBaseRetirement = z.strictObject({
  modelId,
  /** The first day on which it does not answer any more, in UTC. */
  retiresOn: z.iso.date({ error: "Enter a day like 2027-01-31." }),
  successor: z
    .union([z.literal(""), modelId], { error: "Choose a model from the list." })
    .default("")
    .transform((id) => id || null),
  afterwards: z.enum(["refuse", "successor"], { error: "Choose what becomes of requests." }),
});
