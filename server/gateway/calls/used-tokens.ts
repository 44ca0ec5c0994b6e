import type { Outcome } from "@/server/usage/metering";
import type { Estimate } from "./estimate";

type Tokens = NonNullable<Outcome["usage"]>;

/** How many tokens a request took, and how that is known. */
export type Used = { usage: Tokens | null; usageSource: Outcome["usageSource"] };

/** Nothing was produced, and nothing is charged. */
export const nothingUsed: Used = { usage: null, usageSource: "none" };

/** A server that says more than a thousand times what the request could take at most is not believed. */
const absurd = 1_000;
const largest = 2 ** 31 - 1;

/** Returns what a model server says of the usage, unless it cannot be: then what was reserved is charged. */
export function reportedUsage(said: object, reserved: Estimate): Used {
  const { prompt_tokens, completion_tokens, total_tokens } = said as Record<string, unknown>;
  const promptTokens = prompt_tokens ?? total_tokens;
  // Of embeddings only the prompt is said.
  const completionTokens = completion_tokens ?? (reserved.completionTokens === 0 ? 0 : undefined);
  if (!isPossible(promptTokens, reserved.promptTokens) || !isPossible(completionTokens, reserved.completionTokens))
    return { usage: null, usageSource: "invalid" };
  return { usage: { promptTokens, completionTokens }, usageSource: "reported" };
}

function isPossible(tokens: unknown, reserved: number): tokens is number {
  return (
    Number.isInteger(tokens) &&
    (tokens as number) >= 0 &&
    (tokens as number) <= Math.min(Math.max(1, reserved) * absurd, largest)
  );
}

/** The usage of an answer whose server says nothing of it: as counted here, and never more than the request allows. */
export function estimatedUsage(reserved: Estimate, completionTokens: number): Used {
  const { promptTokens, ceiling } = reserved;
  const counted = Math.min(completionTokens, ceiling, largest);
  return { usage: { promptTokens, completionTokens: counted }, usageSource: "estimated" };
}

/**
 * Whether a server that is to end after so many tokens has gone on far beyond them. One token may come in several pieces, and may have
 * dozens of characters where there are spaces only; nothing honest is eight times as much.
 */
export function isFlood(tokens: number, { ceiling }: Estimate): boolean {
  return tokens > 8 * ceiling + 1_024;
}

/**
 * Counts what a model produced, for servers that report no usage: a token for every piece of a stream that has text, or for every
 * four characters, whichever is more.
 */
export class Tally {
  #pieces = 0;
  #characters = 0;

  /** Takes the `choices` of an answer or of an event. */
  add(choices: unknown): void {
    if (!Array.isArray(choices)) return;
    for (const choice of choices) {
      const { delta, message } = (choice ?? {}) as { delta?: unknown; message?: unknown };
      const characters = textLength(delta ?? message);
      if (characters === 0) continue;
      this.#pieces++;
      this.#characters += characters;
    }
  }

  get tokens(): number {
    return Math.max(this.#pieces, Math.ceil(this.#characters / 4));
  }
}

/** What says nothing that a model has written. */
const labels = new Set(["role", "type", "id", "object", "index"]);

/** Returns the characters in everything a message says: its content in one or many parts, reasoning, calls of tools. */
function textLength(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || depth > 8) return 0;
  let length = 0;
  for (const [name, part] of Object.entries(value)) if (!labels.has(name)) length += textLength(part, depth + 1);
  return length;
}
