import { type Members, membersOf, textOf } from "../members";
import { malformed } from "../refusals";

/**
 * How a model's reasoning is asked for and shown. `blocks`: as thinking, as thinking without its text, or not at all: a program that did not ask for
 * it takes the first block of an answer for its text.
 */
export type Thinking = { blocks: "shown" | "omitted" | "none"; effort: string | undefined };

/** Tokens of thinking up to which an effort is low, or medium. */
const [lowBudget, mediumBudget] = [4_096, 16_384];

/**
 * Reads `thinking` and `output_config.effort`. What is the API's default (`adaptive`, effort `high`) is not sent on: several servers refuse a
 * `reasoning_effort` for a model that does not reason.
 */
export function thinkingOf(body: Members, leftOut: string[]): Thinking {
  const { type, budget_tokens: budget, display } = membersOf(body.thinking) ?? { type: "disabled" };
  const effort = textOf(membersOf(body.output_config)?.effort);
  if (effort === "high") leftOut.push("output_config.effort");
  const asked = effort === "high" ? undefined : effort;
  if (type === "disabled") return { blocks: "none", effort: asked };
  const blocks = display === "omitted" ? "omitted" : "shown";
  if (type === "adaptive" || type === "between_tools") return { blocks, effort: asked };
  if (type !== "enabled" || typeof budget !== "number")
    throw malformed("thinking", "enabled with budget_tokens, adaptive or disabled");
  return { blocks, effort: effort ?? effortOf(budget) };
}

function effortOf(budget: number): string {
  if (budget <= lowBudget) return "low";
  return budget <= mediumBudget ? "medium" : "high";
}
