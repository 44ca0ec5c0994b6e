import { z } from "zod";
import { cursor, line, searchText, typedCount } from "@/server/api/input";

/** A number per minute as it was typed; empty means no limit. */
const perMinute = typedCount(1, 1_000_000_000);

/** A model's id; empty: all models together. */
const model = z.union([z.literal(""), line("The model", 200)], {
  error: "Enter a model's id, of at most 200 characters.",
});

export const setRate = z.strictObject({ model, requestsPerMinute: perMinute, tokensPerMinute: perMinute });
export const removeRate = z.strictObject({ model });
export const listKeys = z.strictObject({ search: searchText, after: cursor, before: cursor });
