import { z } from "zod";
import { several } from "@/server/api/input";
import { microUnits, numberField, positiveInteger } from "../fields";

/** What can be done to many keys at once. */
export const keyFixes = ["expire", "limit", "disable", "revoke"] as const;

/** A form always sends an empty id too, so that "no box ticked" differs from a missing field. */
const keyId = z.string().regex(/^([0-9A-Za-z]{12})?$/);

const keyIds = several(z.string().regex(/^[0-9A-Za-z]{12}$/));

/** The keys whose calls are counted. */
export const keysImpact = z.strictObject({ keyIds });

/** The keys that are disabled or revoked. */
export const endMany = z.strictObject({
  keyIds,
  change: z.enum(["disable", "revoke"], { error: "Choose what to do." }),
});

export const fixMany = z.strictObject({
  keyIds: z
    .union([keyId, z.array(keyId).max(101)], { error: "Choose at most 100 keys." })
    .transform((ids) => [...new Set([ids].flat())].filter(Boolean))
    .refine((ids) => ids.length > 0, "Choose at least one key.")
    .prefault([]),
  fix: z.enum(keyFixes, { error: "Choose what to do." }),
  days: numberField((text) => atMost(3650, positiveInteger(text)), "Enter a number of days from 1 to 3650."),
  monthlyLimit: numberField(microUnits, "Enter an amount such as 25 or 12.50."),
});

const atMost = (most: number, value: number | null) => (value !== null && value <= most ? value : null);
