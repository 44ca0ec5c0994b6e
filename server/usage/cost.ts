import { baseOf, type ClassCounts, type ClassPrices, type PricedClass, pricedClasses } from "./classes";
import type { Price } from "./prices";

/** What a request used, in total and by class. */
export type Used = { promptTokens: number; completionTokens: number; classes?: ClassCounts };

const million = 1_000_000;

/**
 * Computes the cost of a request in micro-units, rounded up once, as the database's `line_cost` does. A token costs
 * the price of its class or, if that has none, the input or output price. A unit costs the price of its class.
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
  // Up to here every intermediate sum is exact as a number.
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
 * Computes the highest possible cost of a request with at most this many tokens. The prompt could be written to a
 * cache, and the completion could be reasoning, so the higher price of the two applies. Media are counted in the
 * classes.
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

/** Returns the own prices of the classes that were used; undefined when none has its own. */
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

/** Returns what was used, including the request itself if requests have a price. */
export function withRequest({ promptTokens, completionTokens, classes }: Used, { classPrices }: Price): Used {
  const all = classPrices?.request === undefined ? classes : { ...classes, request: 1 };
  return { promptTokens, completionTokens, ...(all && { classes: all }) };
}

function basePrice(name: PricedClass, { inputPrice, outputPrice }: Price): number {
  const base = baseOf(name);
  return base === "input" ? inputPrice : base === "output" ? outputPrice : 0;
}
