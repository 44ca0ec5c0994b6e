import type { PriceSetting } from "@/server/platform/settings/prices";

/** What a list would change: a price that is new, or the one that was there before it. */
export type PlannedPrice = { after: PriceSetting; before: PriceSetting | null };

/** Compares a list with what is set for the same models and days. */
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

/** Writes a price so that equal ones are equal texts, in whatever order their classes stand. */
function textOf({ inputPrice, outputPrice, trainingPrice, batchFactor, classPrices }: PriceSetting): string {
  const classes = Object.entries(classPrices ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([inputPrice, outputPrice, trainingPrice ?? null, batchFactor ?? null, classes]);
}

/** Computes what a million tokens cost on one's own hardware, and what it costs while it does nothing; micro-units. */
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
