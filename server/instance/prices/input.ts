import { z } from "zod";
import { searchText } from "@/server/api/input";
import { batchPart } from "@/server/platform/settings/prices";

/**
 * The classes with a price per million: each kind of token, and characters. The other classes have a price per unit.
 */
export const perMillion = [
  ...["input", "output", "cacheRead", "cacheWrite", "audioInput", "imageInput", "reasoning", "audioOutput"],
  ...["character", "training"],
] as const;
export const perUnit = ["second", "image", "page", "request"] as const;

const model = z
  .string({ error: "Enter the id of a model." })
  .transform((text) => text.trim())
  .pipe(z.string().regex(/^[\x21-\x7e]{1,256}$/, "Enter the id of a model as programs write it, or *."));

const day = z.iso.date("Choose a day.");

const amount = (digits: number) =>
  z
    .string()
    .default("")
    .transform((text) => text.trim())
    .refine(
      (text) => text === "" || new RegExp(`^\\d{1,${digits}}(\\.\\d{1,6})?$`).test(text),
      `Enter an amount such as 0.20, with at most ${digits} digits before the point and 6 after it.`,
    );

const amounts = {
  ...Object.fromEntries(perMillion.map((name) => [name, amount(6)])),
  ...Object.fromEntries(perUnit.map((name) => [name, amount(3)])),
} as Record<(typeof perMillion)[number] | (typeof perUnit)[number], ReturnType<typeof amount>>;

const part = z
  .string()
  .default("")
  .transform((text) => text.trim())
  .refine(
    (text) => text === "" || (batchPart.test(text) && Number(text) > 0),
    "Enter a part of the price above 0 and at most 1, such as 0.5.",
  );

export const listPrices = z.strictObject({ search: searchText });
export const onePrice = z.strictObject({ model, from: day });

/** A price as it was typed; an empty field means that the class has no price of its own. */
export const setPrice = z
  .strictObject({ model, from: day, batch: part, ...amounts })
  .refine(
    ({ input, character, second, image, page, request }) =>
      [input, character, second, image, page, request].some((typed) => typed !== ""),
    { path: ["input"], error: "Enter a price for input tokens, or for another class that the model is paid by." },
  );

/** The longest list that is read, in characters. */
export const longestList = 3_500_000;

const rateMessage = "Enter a number such as 0.92.";

/** A pasted or uploaded list. `from` applies to entries without a day; amounts are multiplied by `rate`. */
export const priceList = z.strictObject({
  list: z
    .string({ error: "Paste a list, or choose a file." })
    .max(longestList, "This list is longer than 3.5 MB.")
    .refine((text) => text.trim() !== "", "Paste a list, or choose a file."),
  from: day,
  rate: z
    .string()
    .default("1")
    .transform((text) => text.trim() || "1")
    .refine((text) => /^\d{1,6}(\.\d{1,6})?$/.test(text) && Number(text) > 0, rateMessage)
    .transform(Number),
  /** Whether to import the valid entries although others are invalid. */
  isPartial: z
    .literal("on")
    .optional()
    .transform((ticked) => ticked === "on"),
});

/** The numbers of full days over which a model's tokens can be measured. */
export const measuredDays = ["7", "14", "30", "90"] as const;

/** The cost per hour of one's own hardware, to be divided by the tokens that a model processed in the last days. */
export const hardware = z.strictObject({
  model,
  days: z.enum(measuredDays, { error: "Choose how many days." }).default("7"),
  hourly: z
    .string({ error: "Enter the cost of the hardware per hour." })
    .transform((text) => text.trim())
    .pipe(z.string().regex(/^\d{1,6}(\.\d{1,6})?$/, "Enter an amount such as 2.50.")),
});
