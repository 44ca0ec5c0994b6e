import type { PriceSetting } from "@/server/platform/settings/prices";

/** A change that a list would make: a new price, with the earlier one if there is any. */
export type PlannedPrice = { after: PriceSetting; before: PriceSetting | null };

/** Compares a list with the stored prices of the same models and days. */
export function planOf(prices: PriceSetting[], set: Map<string, PriceSetting>) {
  const changes: PlannedPrice[] = [];
  let same = 0;
  for (const after of prices) {
    const before = set.get(`${after.model} ${after.from}`) ?? null;
    if (before && textOf(before) === textOf(after)) same++;
    else changes.push({ after, before });
  }
  const added = changes.filter(({ before }) => before === null).length;
  return { changes, added, changed: changes.length - added, same };
}

/** Writes a price as a text that is the same for equal prices, whatever the order of their classes. */
function textOf({ inputPrice, outputPrice, trainingPrice, batchFactor, classPrices }: PriceSetting): string {
  const classes = Object.entries(classPrices ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([inputPrice, outputPrice, trainingPrice ?? null, batchFactor ?? null, classes]);
}

/** Computes the cost of a million tokens on one's own hardware, and its cost while idle, in micro-units. */
export function hardwareCost(hourly: number, { tokens, hours, days }: { tokens: number; hours: number; days: number }) {
  const allHours = days * 24;
  return {
    ...{ tokens, hours, idleHours: allHours - hours },
    usedCost: hourly * hours,
    idleCost: hourly * (allHours - hours),
    /** Null: nothing was measured. */
    perMillion: tokens === 0 ? null : Math.ceil((hourly * hours * 1_000_000) / tokens),
  };
}
