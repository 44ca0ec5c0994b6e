import type { Hour } from "@/server/usage/history/queries";

/** A time in which calls would have been refused, up to and without `until`. */
export type Refusals = { from: Date; until: Date };

export type WhatIf = {
  /** Requests in the window, and how many of them would have been refused. */
  requests: number;
  refused: number;
  /** What they cost, and what they would have cost, in micro-units. */
  cost: number;
  costThen: number;
  /** When, earliest first: at most once a month. */
  refusals: Refusals[];
};

/**
 * Returns what a monthly limit would have meant for what was used: replays it hour by hour. Within the hour in which the limit
 * is reached, as much of the requests goes through as there is money left for; from then on until the month ends, whatever
 * costs something is refused. The hours of the window's first month that lie before the window count towards its limit.
 *
 * @param hours in order, from the first of the month in which the window begins
 * @param limit micro-units a calendar month in UTC
 */
export function whatIf(hours: readonly Hour[], limit: number, window: { from: Date; to: Date }): WhatIf {
  const result: WhatIf = { requests: 0, refused: 0, cost: 0, costThen: 0, refusals: [] };
  let month = "";
  let spent = 0;
  let isReached = false;
  for (const { hour, requests, priced, cost } of hours) {
    if (monthOf(hour) !== month) {
      month = monthOf(hour);
      spent = 0;
      isReached = false;
    }
    const fits = spent + cost <= limit && !isReached;
    const passing = fits || cost === 0 ? priced : isReached ? 0 : shareOf(priced, limit - spent, cost);
    const costThen = passing === priced ? cost : shareOf(cost, passing, priced);
    spent += costThen;
    const isInside = hour >= window.from;
    if (passing < priced) {
      isReached = true;
      if (isInside) note(result.refusals, hour, window.to);
    }
    if (!isInside) continue;
    result.requests += requests;
    result.refused += priced - passing;
    result.cost += cost;
    result.costThen += costThen;
  }
  return result;
}

/** `part / whole` of `count`, rounded down, in integers. */
function shareOf(count: number, part: number, whole: number): number {
  return Number((BigInt(count) * BigInt(Math.max(0, part))) / BigInt(whole));
}

/** The first refusal of a month begins a time that lasts as long as the month, or the window. */
function note(refusals: Refusals[], hour: Date, end: Date): void {
  const last = refusals.at(-1);
  if (last && hour < last.until) return;
  const nextMonth = new Date(Date.UTC(hour.getUTCFullYear(), hour.getUTCMonth() + 1, 1));
  refusals.push({ from: hour, until: nextMonth < end ? nextMonth : end });
}

const monthOf = (hour: Date) => hour.toISOString().slice(0, 7);
