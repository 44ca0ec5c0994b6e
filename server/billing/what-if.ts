import type { SpendSpan } from "@/db/schema/limits";
import type { Hour } from "@/server/usage/history/queries";
import { periodOf } from "@/server/usage/leases/budget";

/** The number of past days on which a limit is tried. */
export const replayedDays = 30;

const hourMs = 3_600_000;

/** Returns the period on which a limit is tried: whole hours, because usage is summed by hour. */
export function replayedWindow(now: Date): { from: Date; to: Date } {
  return { from: new Date(Math.floor((now.getTime() - replayedDays * 24 * hourMs) / hourMs) * hourMs), to: now };
}

/** A period in which requests would have been refused; `until` is exclusive. */
export type Refusals = { from: Date; until: Date };

export type WhatIf = {
  /** The number of requests in the window, and how many of them would have been refused. */
  requests: number;
  refused: number;
  /** Their cost, and the cost they would have had, in micro-units. */
  cost: number;
  costThen: number;
  /** The periods with refusals, earliest first, at most one per span. */
  refusals: Refusals[];
};

/**
 * Computes the effect that a spending limit would have had on past usage, hour by hour. In the hour in which the limit
 * is reached, requests pass as long as money is left; from then until the span ends, every request with a cost is
 * refused. Hours of the first span that lie before the window count towards its limit.
 *
 * @param hours in order, from the beginning of the span in which the window begins
 * @param limit micro-units per day, week or month in UTC, or in total; for a total, `before` is the spend before the
 * first hour
 */
export function whatIf(
  hours: readonly Hour[],
  { limit, span, before = 0 }: { limit: number; span: SpendSpan; before?: number },
  window: { from: Date; to: Date },
): WhatIf {
  const result: WhatIf = { requests: 0, refused: 0, cost: 0, costThen: 0, refusals: [] };
  let period = span === "total" ? periodOf("total", 0) : "";
  let spent = before;
  let isReached = false;
  for (const { hour, requests, priced, cost } of hours) {
    const own = periodOf(span, hour.getTime());
    if (own !== period) {
      period = own;
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
      if (isInside) note(result.refusals, hour, endOf(span, own, window.to));
    }
    if (!isInside) continue;
    result.requests += requests;
    result.refused += priced - passing;
    result.cost += cost;
    result.costThen += costThen;
  }
  return result;
}

/** Returns `part / whole` of `count`, rounded down, in integers. */
function shareOf(count: number, part: number, whole: number): number {
  return Number((BigInt(count) * BigInt(Math.max(0, part))) / BigInt(whole));
}

/**
 * Adds a period from the first refusal of a span to the end of the span or the window, unless the last one covers it.
 */
function note(refusals: Refusals[], hour: Date, until: Date): void {
  const last = refusals.at(-1);
  if (last && hour < last.until) return;
  refusals.push({ from: hour, until });
}

/** Returns the end of the span that begins on `period`, or of the window if that is sooner. */
function endOf(span: SpendSpan, period: string, end: Date): Date {
  if (span === "total") return end;
  const [year = 0, month = 1, day = 1] = period.split("-").map(Number);
  const next = span === "month" ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + (span === "week" ? 7 : 1));
  return next < end.getTime() ? new Date(next) : end;
}
