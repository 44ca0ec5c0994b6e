import { z } from "zod";

/** The hash of a picture's content. */
export const pictureHash = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** The most bytes that an uploaded picture may have, so that the form with it stays below the limit for forms. */
const longestPicture = 1_000_000;

export const uploadedPicture = z.strictObject({
  /** The bytes of the file, in base64. */
  picture: z
    .string({ error: "Choose a picture." })
    .min(1, "Choose a picture.")
    .max(Math.ceil(longestPicture / 3) * 4, "This picture is larger than 1 MB. Choose a smaller one.")
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, "Choose a picture."),
});
