import { env } from "@/server/env";

/** Micro-units of the instance's currency a million tokens. */
export type Price = { inputPrice: number; outputPrice: number };

/** A price and the day (UTC) from which it holds, `YYYY-MM-DD`. `model` is "*" for every model that has none of its own. */
export type ListedPrice = Price & { model: string; from: string };

/** The currency of every amount of money, as its ISO 4217 code. */
export function currency(): string {
  return env().CURRENCY;
}

/** Every price that is configured, by model and then by day. */
export function listPrices(): ListedPrice[] {
  return env().prices;
}

/**
 * What a model costs on a day: its own latest price from before, otherwise that of the model it was tuned from
 * (`ft:BASE:…`), otherwise that of "*". A model without any price costs nothing.
 */
export function priceOf(model: string, at: Date = new Date()): Price {
  const day = at.toISOString().slice(0, 10);
  const prices = env().prices;
  const latest = (of: string) => prices.findLast((price) => price.model === of && price.from <= day);
  const base = /^ft:([^:]+):/.exec(model)?.[1];
  const found = latest(model) ?? (base ? latest(base) : undefined) ?? latest("*");
  return { inputPrice: found?.inputPrice ?? 0, outputPrice: found?.outputPrice ?? 0 };
}

/** The cost of a request in micro-units, rounded up once. Exact, whatever the sizes. */
export function costOf({ inputPrice, outputPrice }: Price, promptTokens: number, completionTokens: number): number {
  const parts = BigInt(promptTokens) * BigInt(inputPrice) + BigInt(completionTokens) * BigInt(outputPrice);
  return Number((parts + 999_999n) / 1_000_000n);
}
