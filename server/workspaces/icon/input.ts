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

/** The most bytes an uploaded picture may have: a form with it has to fit into what one may send. */
export const longestPicture = 1_000_000;

export const setPicture = z.strictObject({
  /** The file's bytes in base64. */
  picture: z
    .string({ error: "Choose a picture." })
    .min(1, "Choose a picture.")
    .max(Math.ceil(longestPicture / 3) * 4, "This picture is larger than 1 MB. Choose a smaller one.")
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, "Choose a picture."),
});
