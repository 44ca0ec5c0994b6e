import type { ClassCounts } from "@/server/usage/classes";
import type { Outcome } from "@/server/usage/metering";
import type { Estimate } from "./estimate";
import type { Tally } from "./tally";
import { readUsage } from "./usage-dialects";

type Tokens = NonNullable<Outcome["usage"]>;

/** How many tokens a request used, and how that is known. */
export type Used = { usage: Tokens | null; usageSource: Outcome["usageSource"] };

/** Nothing was produced, and nothing is charged. */
export const nothingUsed: Used = { usage: null, usageSource: "none" };

/** Usage that exceeds the reserved maximum by this factor is not trusted. */
const absurd = 1_000;
const largest = 2 ** 31 - 1;

/**
 * Reads the usage that a model server states, by class. Undefined: it states none, or not all, so an estimate is
 * needed. Impossible usage gives `invalid`, without tokens.
 *
 * @param said the result of `usageIn`
 */
export function reportedUsage(said: Record<string, unknown> | undefined, reserved: Estimate): Used | undefined {
  if (!said) return undefined;
  // Embeddings only state the prompt.
  const read = readUsage(said, reserved.completionTokens > 0);
  if (read === "empty") return undefined;
  if (read === "impossible") return { usage: null, usageSource: "invalid" };
  const isPossible =
    isWithin(read.promptTokens, reserved.promptTokens) &&
    isWithin(read.completionTokens, reserved.completionTokens) &&
    units.every((name) => isWithin(read.classes?.[name] ?? 0, reserved.classes?.[name] ?? unbounded));
  return isPossible ? { usage: read, usageSource: "reported" } : { usage: null, usageSource: "invalid" };
}

/** When the request states an amount of these units, usage may not exceed it. */
const units = ["second", "image", "page", "character"] as const;
const unbounded = largest / absurd;

function isWithin(tokens: number, reserved: number): boolean {
  return tokens <= Math.min(Math.max(1, reserved) * absurd, largest);
}

/** Returns what is charged for an answer whose server states no usage: never more than the request allows. */
export function estimatedUsage(reserved: Estimate, produced: number | Pick<Tally, "tokens" | "audioTokens">): Used {
  const { promptTokens, ceiling } = reserved;
  const { tokens, audioTokens } = typeof produced === "number" ? { tokens: produced, audioTokens: 0 } : produced;
  const completionTokens = Math.min(tokens, ceiling, largest);
  const { audioOutput: _, ...ofPrompt } = reserved.classes ?? {};
  const spoken = Math.min(audioTokens, completionTokens);
  const classes = { ...ofPrompt, ...(spoken > 0 && { audioOutput: spoken }) };
  const usage = { promptTokens, completionTokens, ...(Object.keys(classes).length > 0 && { classes }) };
  return { usage, usageSource: "estimated" };
}

/**
 * Returns what is charged: the usage that the server states, or the estimate when it states none or an impossible
 * one.
 */
export function believedUsage(reported: Used | undefined, estimated: Used): Used {
  if (!reported) return estimated;
  return reported.usageSource === "invalid" ? { ...estimated, usageSource: "invalid" } : reported;
}

/**
 * Returns what is charged when Atelier counts units itself: these units unless the server states others, and tokens
 * if it states any. Impossible values are ignored, and the result is marked.
 */
export function usedUnits(reported: Used | undefined, units: ClassCounts): Used {
  const { promptTokens = 0, completionTokens = 0, classes } = reported?.usage ?? {};
  const used = Object.entries({ ...units, ...classes }).filter(([, count]) => count > 0);
  const usage = { promptTokens, completionTokens, ...(used.length > 0 && { classes: Object.fromEntries(used) }) };
  return { usage, usageSource: reported?.usageSource === "invalid" ? "invalid" : "reported" };
}

/**
 * Checks whether a server continues far beyond the tokens after which it should have stopped. A token may arrive in
 * several pieces, and may have dozens of characters if they are spaces; no correct answer exceeds eight times the
 * limit.
 */
export function isFlood(tokens: number, { ceiling }: Estimate): boolean {
  return tokens > 8 * ceiling + 1_024;
}
