import { keepInStep } from "@/server/platform/announcements/keep-in-step";
import { env } from "@/server/platform/env";
import type { PriceSetting } from "@/server/platform/settings/prices";
import { readPrices } from "./queries";

// Next's bundle has its own copy of this module in the same process; this makes both use the same prices.
const shared = globalThis as { atelierPrices?: PriceSetting[] };

const copy = keepInStep("prices", "prices of models", loadPrices);

let made: { environment: PriceSetting[]; set: PriceSetting[] | undefined; prices: PriceSetting[] } | undefined;

/**
 * Returns the prices in force, by model and then by day: those of PRICES if it is set, otherwise those that operators
 * set. Models of the embedded server without a price get the built-in ones. Returns the same array until a price
 * changes.
 */
export function pricesInForce(): PriceSetting[] {
  const { prices: environment, pricesSetBy } = env();
  if (pricesSetBy !== null) return environment;
  copy.use();
  const set = shared.atelierPrices;
  if (made?.environment !== environment || made.set !== set)
    made = { environment, set, prices: merge(environment, set) };
  return made.prices;
}

function merge(environment: PriceSetting[], set: PriceSetting[] = []): PriceSetting[] {
  if (set.length === 0) return environment;
  const priced = new Set(set.map(({ model }) => model));
  const key = ({ model, from }: PriceSetting) => `${model} ${from}`;
  return [...environment.filter(({ model }) => !priced.has(model)), ...set].sort((one, other) =>
    key(one) < key(other) ? -1 : 1,
  );
}

/** Reads the prices that operators have set again. They apply to requests that begin afterwards. */
export async function loadPrices(): Promise<void> {
  shared.atelierPrices = await readPrices();
}

/** Keeps the prices in memory equal to the database's. */
export const watchPrices = copy.watch;
