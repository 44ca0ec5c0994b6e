import { z } from "zod";
import { searchText } from "@/server/api/input";

/** The most announced retirements of base models. */
export const mostBaseRetirements = 1_000;

/** The most aliases that are stored with each. */
export const mostAliases = 100;

/** The id of a base model. */
const modelId = z.string().regex(/^[!-~]{1,256}$/);

export const listModels = z.strictObject({ search: searchText });

export const oneModel = z.strictObject({ modelId });

export const setBaseRetirement = z.strictObject({
  modelId,
  /** The first day, in UTC, on which the model no longer answers. */
  retiresOn: z.iso.date({ error: "Enter a day like 2027-01-31." }),
  successor: z
    .union([z.literal(""), modelId], { error: "Choose a model from the list." })
    .default("")
    .transform((id) => id || null),
  afterwards: z.enum(["refuse", "successor"], { error: "Choose what happens to requests after that day." }),
});
