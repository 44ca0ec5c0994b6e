import { z } from "zod";

/** One emoji as Unicode recommends them for interchange, joined ones such as flags and families among them. */
const sets = "v";
const oneEmoji = new RegExp("^\\p{RGI_Emoji}$", sets);

export const setEmoji = z.strictObject({
  emoji: z
    .string({ error: "Enter one emoji." })
    .max(200, "Enter one emoji.")
    .transform((text) => text.trim())
    .refine((text) => oneEmoji.test(text), "Enter one emoji."),
});
