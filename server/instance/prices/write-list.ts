import type { PriceSetting } from "@/server/platform/settings/prices";
import { decimalMoney } from "@/server/usage/money";
import { perUnit } from "./input";

const units: ReadonlySet<string> = new Set(perUnit);

/** Writes prices in the form of PRICES, so that reading the list gives the same prices. */
export function writeList(prices: PriceSetting[]): string {
  return JSON.stringify(
    prices.map(({ model, from, inputPrice, outputPrice, trainingPrice, batchFactor, classPrices }) => ({
      ...{ model, from, input: decimalMoney(inputPrice), output: decimalMoney(outputPrice) },
      ...(trainingPrice !== undefined && { training: decimalMoney(trainingPrice) }),
      ...(batchFactor !== undefined && { batch: decimalMoney(batchFactor) }),
      ...Object.fromEntries(
        Object.entries(classPrices ?? {}).map(([name, price]) => [
          name,
          decimalMoney(units.has(name) ? price / 1_000_000 : price),
        ]),
      ),
    })),
  );
}
