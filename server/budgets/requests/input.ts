import { z } from "zod";
import { line } from "@/server/api/input";
import { optionalAmount } from "@/server/billing/input";

/** The reason that a member gives. Line breaks become spaces. */
export const reason = z
  .string()
  .default("")
  .transform((text) => text.replace(/[\r\n\t]+/g, " ").trim())
  .pipe(z.union([z.literal(""), line("The reason", 500)]));

/** A request for a model that a member may not use yet or, with `keyId`, that their key may not use. */
export const askForModel = z.strictObject({
  model: z
    .string({ error: "Enter the model's ID." })
    .max(1_000)
    .transform((text) => text.trim())
    .refine((text) => /^[!-~]{1,200}$/.test(text), "Enter the model's ID, without spaces."),
  keyId: z
    .union([z.literal(""), z.string().regex(/^[0-9A-Za-z]{12}$/)])
    .default("")
    .transform((id) => id || null),
  reason,
});

export const oneLimitRequest = z.strictObject({ limitRequestId: z.uuid() });

/** The request to approve. `limit`: another amount of money than requested; `until`: the last day of a raise in UTC. */
export const approveLimitRequest = z.strictObject({
  limitRequestId: z.uuid(),
  limit: optionalAmount,
  until: z
    .union([z.iso.date(), z.literal("")], { error: "Enter a day like 2027-01-31, or nothing." })
    .default("")
    .transform((day) => day || null),
});
