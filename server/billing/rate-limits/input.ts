import { z } from "zod";
import { cursor, line, searchText } from "@/server/api/input";

const most = 1_000_000_000;

/** A count a minute as it was typed; nothing typed is no limit. */
const perMinute = z
  .string()
  .max(40, "Enter a whole number.")
  .default("")
  .transform((text, context) => {
    const typed = text.trim();
    if (typed === "") return null;
    const digits = /^\d{1,3}(,\d{3})+$/.test(typed) ? typed.replaceAll(",", "") : typed;
    const number = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
    if (number >= 1 && number <= most) return number;
    context.addIssue({
      code: "custom",
      message: Number.isNaN(number) ? "Enter a whole number." : "Enter a number from 1 to 1,000,000,000.",
    });
    return z.NEVER;
  });

/** A model's id; empty: all models together. */
const model = z.union([z.literal(""), line("The model", 200)], {
  error: "Enter a model's id, of at most 200 characters.",
});

export const setRate = z.strictObject({ model, requestsPerMinute: perMinute, tokensPerMinute: perMinute });
export const removeRate = z.strictObject({ model });
export const listKeys = z.strictObject({ search: searchText, after: cursor, before: cursor });
