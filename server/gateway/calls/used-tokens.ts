import type { ClassCounts } from "@/server/usage/classes";
import type { Outcome } from "@/server/usage/metering";
import type { Estimate } from "./estimate";
import type { Tally } from "./tally";
import { readUsage } from "./usage-dialects";

type Tokens = NonNullable<Outcome["usage"]>;

/** How many tokens a request took, and how that is known. */
export type Used = { usage: Tokens | null; usageSource: Outcome["usageSource"] };

/** Nothing was produced, and nothing is charged. */
export const nothingUsed: Used = { usage: null, usageSource: "none" };

/** A server that says more than a thousand times what the request could take at most is not believed. */
const absurd = 1_000;
const largest = 2 ** 31 - 1;

/**
 * Reads what a model server says of the usage, by class. Undefined: it says nothing, or not all, and an estimate has to do. What cannot
 * be is `invalid`, without tokens.
 *
 * @param said what `usageIn` has found
 */
export function reportedUsage(said: Record<string, unknown> | undefined, reserved: Estimate): Used | undefined {
  if (!said) return undefined;
  // Of embeddings only the prompt is said.
  const read = readUsage(said, reserved.completionTokens > 0);
  if (read === "empty") return undefined;
  if (read === "impossible") return { usage: null, usageSource: "invalid" };
  const isPossible =
    isWithin(read.promptTokens, reserved.promptTokens) &&
    isWithin(read.completionTokens, reserved.completionTokens) &&
    units.every((name) => isWithin(read.classes?.[name] ?? 0, reserved.classes?.[name] ?? unbounded));
  return isPossible ? { usage: read, usageSource: "reported" } : { usage: null, usageSource: "invalid" };
}

/** What a request asks for in units bounds them; where it does not ask for any, they only have to fit. */
const units = ["second", "image", "page", "character"] as const;
const unbounded = largest / absurd;

function isWithin(tokens: number, reserved: number): boolean {
  return tokens <= Math.min(Math.max(1, reserved) * absurd, largest);
}

/** Returns what an answer is charged for whose server says nothing of its usage: never more than the request allows. */
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

/** Returns what is charged in the end: what the server has said, and an estimate where that is nothing or cannot be. */
export function believedUsage(reported: Used | undefined, estimated: Used): Used {
  if (!reported) return estimated;
  return reported.usageSource === "invalid" ? { ...estimated, usageSource: "invalid" } : reported;
}

/**
 * Returns what is charged where units are counted here: those, unless the server says others; and tokens as far as it says any. What it says
 * that cannot be is left out, and marked.
 */
export function usedUnits(reported: Used | undefined, units: ClassCounts): Used {
  const { promptTokens = 0, completionTokens = 0, classes } = reported?.usage ?? {};
  const used = Object.entries({ ...units, ...classes }).filter(([, count]) => count > 0);
  const usage = { promptTokens, completionTokens, ...(used.length > 0 && { classes: Object.fromEntries(used) }) };
  return { usage, usageSource: reported?.usageSource === "invalid" ? "invalid" : "reported" };
}

/**
 * Checks whether a server that is to end after so many tokens has gone on far beyond them. One token may come in several pieces, and may have
 * dozens of characters where there are spaces only; nothing honest is eight times as much.
 */
export function isFlood(tokens: number, { ceiling }: Estimate): boolean {
  return tokens > 8 * ceiling + 1_024;
}
