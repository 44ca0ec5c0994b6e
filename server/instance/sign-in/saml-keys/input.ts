import { z } from "zod";

/** Which of the two, by what the page shows: a page of before the last change names one that is not in that place any more. */
export const oneSamlKey = z.strictObject({
  fingerprint: z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
});
