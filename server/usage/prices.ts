/** A price from a day on, in micro-units of the currency per million tokens. */
export type DatedPrice = { model: string; from: string; inputPrice: number; outputPrice: number };

const prices: DatedPrice[] = [{ model: "atelier-base", from: "2026-01-01", inputPrice: 200_000, outputPrice: 600_000 }];

/** The ISO 4217 code of the currency in which this instance counts money. */
export function currency(): string {
  return "EUR";
}

/** What a million tokens of a model cost, in micro-units; 0 where the model has no price. */
export function priceOf(model: string): { inputPrice: number; outputPrice: number } {
  return prices.find((price) => price.model === model) ?? { inputPrice: 0, outputPrice: 0 };
}

/** Every price there is, with the day from which it holds. */
export function listPrices(): DatedPrice[] {
  return prices;
}
