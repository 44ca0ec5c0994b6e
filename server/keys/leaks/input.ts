import { z } from "zod";

/** Returns a line of a report: bounded, and without what could not be shown. */
const text = (most: number) =>
  z
    .string()
    .max(20_000)
    .transform((value) =>
      value
        .replace(/[\p{C}]/gu, "")
        .normalize("NFC")
        .slice(0, most)
        .trim(),
    );

/**
 * What a secret scanner reports, in the form of GitHub's partner programme. Not strict: the scanner may say more than we
 * know of, and a report must not be lost for that.
 */
export const leakReport = z
  .array(
    z.object({
      token: z.string().max(20_000),
      type: text(100),
      url: text(2_000).default(""),
      source: text(100).default(""),
    }),
  )
  .max(100);
