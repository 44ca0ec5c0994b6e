import { z } from "zod";

/**
 * One of the two key pairs, by the fingerprint that the page shows: a page from before the last change names a pair
 * that is no longer in that role.
 */
export const oneSamlKey = z.strictObject({
  fingerprint: z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
});
