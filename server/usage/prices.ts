import { isOwnProviderModel } from "@/server/model-servers/source";
import { env } from "@/server/platform/env";
import { type ClassCounts, type ClassPrices, type CountedClass, usedClasses } from "./classes";
import { pricesInForce } from "./price-list/price-list";

/**
 * Micro-units of the instance's currency per million tokens, with the classes that have a price of their own.
 * `batchFactor`: the part of the price that a line of a batch costs, in millionths; undefined: the full price.
 */
export type Price = { inputPrice: number; outputPrice: number; classPrices?: ClassPrices; batchFactor?: number };

/**
 * A price and the day (UTC) on which it begins, `YYYY-MM-DD`. `model` "*" applies to every model without a price of
 * its own.
 */
export type ListedPrice = Price & { model: string; from: string; trainingPrice?: number };

/** Returns the currency of every amount of money, as its ISO 4217 code. */
export function currency(): string {
  return env().CURRENCY;
}

/**
 * Returns all prices, by model and then by day: those of PRICES, otherwise those that operators set. Returns the same
 * array until a price changes.
 */
export function listPrices(): ListedPrice[] {
  return pricesInForce();
}

const free: Price = { inputPrice: 0, outputPrice: 0 };

/**
 * Returns the price of a model on a day. It is zero for a model of a workspace's own provider, since the workspace
 * pays that bill itself. Otherwise it is the model's own latest price, otherwise that of the model it was tuned from
 * (`ft:BASE:…`), otherwise that of "*". A model without any price is free.
 */
export function priceOf(model: string, at: Date = new Date()): Price {
  if (isOwnProviderModel(model)) return free;
  const { byModel } = pricesOn(at);
  const known = byModel.get(model);
  if (known) return known;
  const found = listedFor(model, at);
  const price: Price = { inputPrice: found?.inputPrice ?? 0, outputPrice: found?.outputPrice ?? 0 };
  if (found?.classPrices) price.classPrices = found.classPrices;
  if (found?.batchFactor !== undefined) price.batchFactor = found.batchFactor;
  if (byModel.size < maxRemembered) byModel.set(model, price);
  return price;
}

const batchPrices = new WeakMap<Price, Price>();

/** Returns the price of a line of a batch, given the price of a request. Each class is rounded up to a micro-unit. */
export function batchPriceOf(price: Price): Price {
  const { inputPrice, outputPrice, classPrices, batchFactor } = price;
  if (batchFactor === undefined) return price;
  const known = batchPrices.get(price);
  if (known) return known;
  // Integers, because a price times a million may not be exact as a number.
  const part = (amount: number) => Number((BigInt(amount) * BigInt(batchFactor) + 999_999n) / 1_000_000n);
  const made: Price = { inputPrice: part(inputPrice), outputPrice: part(outputPrice) };
  if (classPrices)
    made.classPrices = Object.fromEntries(Object.entries(classPrices).map(([name, amount]) => [name, part(amount)]));
  batchPrices.set(price, made);
  return made;
}

/** The prices of the day that was last asked about, because every request asks. */
type DayPrices = { day: number; list: ListedPrice[]; byModel: Map<string, Price>; isNothingFree?: boolean };

const dayMs = 86_400_000;
const maxRemembered = 10_000;
let dayPrices: DayPrices | undefined;

function pricesOn(at: Date): DayPrices {
  const day = Math.floor(at.getTime() / dayMs);
  const list = listPrices();
  if (dayPrices?.day !== day || dayPrices.list !== list) dayPrices = { day, list, byModel: new Map() };
  return dayPrices;
}

/**
 * Returns the price of a million tokens of training for a base model on a day: the model's own latest training price,
 * otherwise that of "*", otherwise zero.
 */
export function trainingPriceOf(model: string, at: Date = new Date()): number {
  const day = at.toISOString().slice(0, 10);
  const latest = (of: string) =>
    byModel()
      .get(of)
      ?.findLast(({ from, trainingPrice }) => from <= day && trainingPrice !== undefined)?.trainingPrice;
  return latest(model) ?? latest("*") ?? 0;
}

/**
 * Checks whether every request costs something, for every model: there is a price for all models, and none of them is
 * zero.
 */
export function isNothingFree(at: Date): boolean {
  const prices = pricesOn(at);
  prices.isNothingFree ??= hasOnlyPricesAboveZero(at);
  return prices.isNothingFree;
}

function hasOnlyPricesAboveZero(at: Date): boolean {
  const day = at.toISOString().slice(0, 10);
  const hasPriceForAll =
    byModel()
      .get("*")
      ?.some(({ from }) => from <= day) ?? false;
  return hasPriceForAll && listPrices().every(({ inputPrice }) => inputPrice > 0);
}

/** Checks whether a model has a price on a day. A price of zero counts, and so does a workspace's own provider. */
export function hasPrice(model: string, at: Date): boolean {
  return isOwnProviderModel(model) || listedFor(model, at) !== undefined;
}

/** Lists the classes that were used and have no price of their own. */
export function unpricedOf(used: ClassCounts, { classPrices }: Price): CountedClass[] {
  return usedClasses(used).flatMap(([name]) => (classPrices?.[name] === undefined ? [name] : []));
}

function listedFor(model: string, at: Date): ListedPrice | undefined {
  const day = at.toISOString().slice(0, 10);
  const latest = (of: string) =>
    byModel()
      .get(of)
      ?.findLast(({ from }) => from <= day);
  // The name of a base model may contain colons; the parts after it in one of our ids contain none.
  const base = /^ft:(.+):[^:]+:\d{8}:[0-9a-f]{8}$/.exec(model)?.[1] ?? /^ft:([^:]+):/.exec(model)?.[1];
  return latest(model) ?? (base === undefined ? undefined : latest(base)) ?? latest("*");
}

let grouped: { of: ListedPrice[]; prices: Map<string, ListedPrice[]> } | undefined;

/** Indexed by model, because it is read for every request. */
function byModel(): Map<string, ListedPrice[]> {
  const all = listPrices();
  if (grouped?.of !== all) {
    const prices = new Map<string, ListedPrice[]>();
    for (const price of all) {
      const ofModel = prices.get(price.model);
      if (ofModel) ofModel.push(price);
      else prices.set(price.model, [price]);
    }
    grouped = { of: all, prices };
  }
  return grouped.prices;
}
