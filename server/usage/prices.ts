import { isOwnProviderModel } from "@/server/model-servers/source";
import { env } from "@/server/platform/env";
import { type ClassCounts, type ClassPrices, type CountedClass, usedClasses } from "./classes";
import { pricesInForce } from "./price-list/price-list";

/**
 * Micro-units of the instance's currency a million tokens, and of the classes that have a price of their own. `batchFactor`: which part of
 * it a line of a batch costs, in millionths; undefined: all.
 */
export type Price = { inputPrice: number; outputPrice: number; classPrices?: ClassPrices; batchFactor?: number };

/** A price and the day (UTC) from which it holds, `YYYY-MM-DD`. `model` is "*" for every model that has none of its own. */
export type ListedPrice = Price & { model: string; from: string; trainingPrice?: number };

/** Returns the currency of every amount of money, as its ISO 4217 code. */
export function currency(): string {
  return env().CURRENCY;
}

/** Returns every price, by model and then by day: those of PRICES, else those that operators set. The same array until one changes. */
export function listPrices(): ListedPrice[] {
  return pricesInForce();
}

const free: Price = { inputPrice: 0, outputPrice: 0 };

/**
 * Returns what a model costs on a day: nothing when it is of a workspace's own provider, whose bill the workspace pays itself; its own latest price from before, otherwise that of the model it was tuned from
 * (`ft:BASE:…`), otherwise that of "*". A model without any price costs nothing.
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

/** Returns what a line of a batch costs where a request costs this, each class rounded up to a micro-unit. */
export function batchPriceOf(price: Price): Price {
  const { inputPrice, outputPrice, classPrices, batchFactor } = price;
  if (batchFactor === undefined) return price;
  const known = batchPrices.get(price);
  if (known) return known;
  // Exact, as a price times a million may not be.
  const part = (amount: number) => Number((BigInt(amount) * BigInt(batchFactor) + 999_999n) / 1_000_000n);
  const made: Price = { inputPrice: part(inputPrice), outputPrice: part(outputPrice) };
  if (classPrices)
    made.classPrices = Object.fromEntries(Object.entries(classPrices).map(([name, amount]) => [name, part(amount)]));
  batchPrices.set(price, made);
  return made;
}

/** What holds on the day that was last asked about: every request asks. */
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
 * Returns what a million tokens of training cost for a base model on a day: its own latest price from before that says so, otherwise
 * that of "*"; without either nothing.
 */
export function trainingPriceOf(model: string, at: Date = new Date()): number {
  const day = at.toISOString().slice(0, 10);
  const latest = (of: string) =>
    byModel()
      .get(of)
      ?.findLast(({ from, trainingPrice }) => from <= day && trainingPrice !== undefined)?.trainingPrice;
  return latest(model) ?? latest("*") ?? 0;
}

/** Checks whether every request costs something, whichever model it is for: there is a price for all of them, and none of them is nothing. */
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

/** Checks whether a model has a price on a day, be it a stated price of nothing or that of a workspace's own provider. */
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
  // A base's name may have colons itself; what follows it in one of our own ids has none.
  const base = /^ft:(.+):[^:]+:\d{8}:[0-9a-f]{8}$/.exec(model)?.[1] ?? /^ft:([^:]+):/.exec(model)?.[1];
  return latest(model) ?? (base === undefined ? undefined : latest(base)) ?? latest("*");
}

let grouped: { of: ListedPrice[]; prices: Map<string, ListedPrice[]> } | undefined;

/** Looked up for every request, so it must not search a long list. */
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
