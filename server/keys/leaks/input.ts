import { z } from "zod";

/** Returns the schema of one text of a report: of bounded length, without characters that cannot be shown. */
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
 * A report of a secret scanner, in the format of GitHub's partner programme. Unknown fields are accepted, so that a
 * report is not lost when the scanner adds some.
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
