import { z } from "zod";

/** How long a rehearsal lasts, in minutes. */
export const rehearsalMinutes = 5;

/** The most retirements of a workspace. */
export const mostRetirements = 500;

/** The id of a workspace's own model or of a route. */
const modelId = z.string().regex(/^[!-~]{1,256}$/);

export const oneRetirement = z.strictObject({ modelId });

export const setRetirement = z.strictObject({
  modelId,
  /** The first day without answers, in UTC. */
  retiresOn: z.iso.date({ error: "Enter a day like 2027-01-31." }),
  successor: z
    .string()
    .max(1_000)
    .default("")
    .transform((text) => text.trim())
    .refine((text) => /^([!-~]{1,256})?$/.test(text), "Enter the ID of a model or a route, without spaces.")
    .transform((text) => text || null),
  afterwards: z.enum(["refuse", "successor"], { error: "Choose what becomes of requests." }),
});
