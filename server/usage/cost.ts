import { baseOf, type ClassCounts, type ClassPrices, type PricedClass, pricedClasses } from "./classes";
import type { Price } from "./prices";

/** What a request used, in all and of each class. */
export type Used = { promptTokens: number; completionTokens: number; classes?: ClassCounts };

const million = 1_000_000;

/**
 * Computes what a request cost in micro-units, rounded up once, as the database's `line_cost` does: every token at the price of its
 * class or, where that has none, of its base; every unit at the price of its class.
 */
export function costOf({ promptTokens, completionTokens, classes }: Used, price: Price): number {
  const { inputPrice, outputPrice, classPrices } = price;
  let total = promptTokens * inputPrice + completionTokens * outputPrice;
  const differences: [number, number][] = [];
  if (classes && classPrices)
    for (const name of pricedClasses) {
      const [count, own] = [classes[name], classPrices[name]];
      if (!count || own === undefined) continue;
      differences.push([count, own - basePrice(name, price)]);
      total += count * own;
    }
  // So far the most that any sum on the way can be.
  if (total <= Number.MAX_SAFE_INTEGER) {
    total = promptTokens * inputPrice + completionTokens * outputPrice;
    for (const [count, difference] of differences) total += count * difference;
    const rest = total % million;
    return (total - rest) / million + (rest > 0 ? 1 : 0);
  }
  let exact = BigInt(promptTokens) * BigInt(inputPrice) + BigInt(completionTokens) * BigInt(outputPrice);
  for (const [count, difference] of differences) exact += BigInt(count) * BigInt(difference);
  return Number((exact + 999_999n) / 1_000_000n);
}

/**
 * Computes the most that a request may cost that takes so many tokens at most: the prompt may be written to a cache and the
 * completion be reasoning, whichever costs more than the class itself. Media are in the classes.
 */
export function ceilingOf(used: Used, price: Price): number {
  const { inputPrice, outputPrice, classPrices } = price;
  if (!classPrices) return costOf(used, price);
  const { cacheRead = 0, cacheWrite = 0, reasoning = 0, ...others } = classPrices;
  return costOf(used, {
    inputPrice: Math.max(inputPrice, cacheRead, cacheWrite),
    outputPrice: Math.max(outputPrice, reasoning),
    classPrices: others,
  });
}

/** Picks the prices of the classes that were used and have one; undefined when there are none. */
export function pricesOfUsed(classes: ClassCounts | undefined, { classPrices }: Price): ClassPrices | undefined {
  if (!classes || !classPrices) return undefined;
  const used: ClassPrices = {};
  let isEmpty = true;
  for (const name of pricedClasses) {
    const own = classPrices[name];
    if (!classes[name] || own === undefined) continue;
    used[name] = own;
    isEmpty = false;
  }
  return isEmpty ? undefined : used;
}

/** Returns what was used, with the request itself counted where that has a price. */
export function withRequest({ promptTokens, completionTokens, classes }: Used, { classPrices }: Price): Used {
  const all = classPrices?.request === undefined ? classes : { ...classes, request: 1 };
  return { promptTokens, completionTokens, ...(all && { classes: all }) };
}

function basePrice(name: PricedClass, { inputPrice, outputPrice }: Price): number {
  const base = baseOf(name);
  return base === "input" ? inputPrice : base === "output" ? outputPrice : 0;
}
