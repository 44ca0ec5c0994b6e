import type { PriceSetting } from "@/server/platform/settings/prices";
import { type PricedClass, pricedClasses } from "@/server/usage/classes";
import { perUnit } from "./input";
import type { BadEntry } from "./read-list";

/** The price members of LiteLLM's list, per token or unit, and the class of each here. */
const members = new Map<string, PricedClass | "input" | "output">(
  Object.entries({
    input_cost_per_token: "input",
    output_cost_per_token: "output",
    cache_read_input_token_cost: "cacheRead",
    cache_creation_input_token_cost: "cacheWrite",
    input_cost_per_audio_token: "audioInput",
    output_cost_per_audio_token: "audioOutput",
    input_cost_per_image_token: "imageInput",
    output_cost_per_reasoning_token: "reasoning",
    input_cost_per_character: "character",
    input_cost_per_second: "second",
    output_cost_per_second: "second",
    input_cost_per_image: "image",
    output_cost_per_image: "image",
    ocr_cost_per_page: "page",
    input_cost_per_query: "request",
  }),
);

/** The highest price per token, in micro-units per million tokens: six digits before the decimal point. */
const dearestToken = 1_000_000 * 1_000_000;
/** The highest price per unit: three digits before the decimal point, also counted per million. */
const dearestUnit = 1_000 * 1_000_000 * 1_000_000;
const units = new Set<string>(perUnit);

/**
 * Rounds a price to the precision of stored prices: a millionth of the price per million, and per unit up to a
 * millionth.
 */
export function roundPrice(name: string, price: number): number {
  return units.has(name) ? Math.ceil(price / 1_000_000) * 1_000_000 : Math.round(price);
}

type Read = { price: PriceSetting } | { bad: BadEntry } | { isUnpriced: true };

/**
 * Reads an entry of LiteLLM's list. Amounts are rounded to a millionth of the price per million. An entry without
 * prices is not an error.
 */
export function readLiteLlmEntry(model: string, entry: unknown, from: string, rate: number, at: string): Read {
  const bad = (why: string): Read => ({ bad: { at, model: model.slice(0, 80), why } });
  if (!/^[\x21-\x7e]{1,256}$/.test(model)) return bad("The id of the model has spaces, or is too long.");
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return bad("This is no entry of a model.");
  const prices = new Map<string, number>();
  for (const [member, name] of members) {
    const cost = Object.hasOwn(entry, member) ? (entry as Record<string, unknown>)[member] : undefined;
    if (cost === undefined || cost === null || prices.has(name)) continue;
    if (typeof cost !== "number" || !Number.isFinite(cost)) return bad(`${member} is no number.`);
    if (cost < 0) return bad(`${member} is less than nothing.`);
    const price = roundPrice(name, cost * 1e12 * rate);
    if (price >= (units.has(name) ? dearestUnit : dearestToken)) return bad(`${member} is more than can be counted.`);
    prices.set(name, price);
  }
  if (prices.size === 0) return { isUnpriced: true };
  const classes = pricedClasses.flatMap((name) => {
    const price = prices.get(name);
    return price === undefined ? [] : [[name, price] as const];
  });
  return {
    price: {
      ...{ model, from, inputPrice: prices.get("input") ?? 0, outputPrice: prices.get("output") ?? 0 },
      ...(classes.length > 0 && { classPrices: Object.fromEntries(classes) }),
    },
  };
}
