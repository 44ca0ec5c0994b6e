import { z } from "zod";

/**
 * A slug that a person chooses: letters, digits and single hyphens. Capital letters become small ones, and white space
 * around it is removed.
 */
export const setSlug = z.strictObject({
  slug: z
    .string({ error: "The address is missing." })
    .max(400, "The address is too long: at most 48 characters.")
    .transform((text) => text.trim().toLowerCase())
    .refine((text) => text.length >= 3, "The address is too short: at least 3 characters.")
    .refine((text) => text.length <= 48, "The address is too long: at most 48 characters.")
    .refine(
      (text) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text),
      "Use the letters a to z, digits, and single hyphens between them.",
    ),
});
