import { z } from "zod";
import { thingName } from "@/server/api/input";

/** The most presets of a workspace. */
export const mostPresets = 100;
/** The most characters of all presets of a workspace together. */
export const mostCharacters = 300_000;
const longestInstructions = 20_000;
const longestTools = 20_000;

/** Parses a number from a form or a program; an empty one becomes undefined. */
const number = (least: number, most: number, message: string) =>
  z
    .union([z.literal(""), z.coerce.number({ error: message }).min(least, message).max(most, message)])
    .transform((value) => (value === "" ? undefined : value))
    .optional();

/**
 * Matches control characters except tabs and line ends, lone surrogates, and marks that change the direction of text.
 */
const unfit = /[^\P{Cc}\n\t]|[\ud800-\udfff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

const text = (most: number, message: string) =>
  z
    .string()
    .max(most, message)
    .transform((value) => value.replace(/\r\n?/g, "\n").normalize("NFC").trim())
    .refine((value) => !unfit.test(value), "Remove the characters that are no text, or that reorder it on screen.")
    .default("");

const made = {
  name: thingName("A name"),
  instructions: text(longestInstructions, "Instructions have at most 20,000 characters."),
  temperature: number(0, 2, "Enter a number from 0 to 2."),
  topP: number(0, 1, "Enter a number from 0 to 1."),
  maxTokens: number(1, 1_000_000, "Enter a number from 1 to 1,000,000.").refine(
    (value) => value === undefined || Number.isInteger(value),
    "Enter a whole number.",
  ),
  isJson: z
    .union([z.boolean(), z.enum(["", "on"])])
    .transform((value) => value === true || value === "on")
    .default(false),
  tools: text(longestTools, "Tools have at most 20,000 characters."),
};

export const listPresets = z.strictObject({});
export const createPreset = z.strictObject(made);
export const updatePreset = z.strictObject({ presetId: z.uuid(), ...made });
export const removePreset = z.strictObject({ presetId: z.uuid() });

/** A preset as it was sent. */
export type SentPreset = z.output<typeof createPreset>;
