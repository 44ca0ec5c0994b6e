import { z } from "zod";

/**
 * Matches one emoji that Unicode recommends for general interchange, including joined ones such as flags and families.
 */
const sets = "v";
const oneEmoji = new RegExp("^\\p{RGI_Emoji}$", sets);

export const setEmoji = z.strictObject({
  emoji: z
    .string({ error: "Enter one emoji." })
    .max(200, "Enter one emoji.")
    .transform((text) => text.trim())
    .refine((text) => oneEmoji.test(text), "Enter one emoji."),
});
