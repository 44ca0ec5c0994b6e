import { formatCount, formatMoney } from "@/app/_ui/format";
import type { WhatIf } from "@/server/billing/what-if";
import { hourName } from "../month";

const mostShown = 3;

/** The span of a limit, as it is written after the amount. */
export type Per = "a day" | "a week" | "a month" | "in total";

/** Returns a sentence that says what a limit would have meant. */
export function whatIfText(limit: number, outcome: WhatIf, currency: string, now: Date, per: Per): string {
  const { requests, refused, refusals } = outcome;
  const withIt = `With ${formatMoney(limit, currency)} ${per},`;
  if (requests === 0) return "There were no requests in the last 30 days to try it on.";
  if (refused === 0)
    return requests === 1
      ? `${withIt} the one request of the last 30 days would have gone through.`
      : `${withIt} each of the ${formatCount(requests, "request")} of the last 30 days would have gone through.`;
  // A daily limit may have been reached on many days, so only the last times are shown.
  const shown = refusals.slice(-mostShown);
  const times = shown.map(({ from, until }) =>
    until < now ? `from ${hourName(from)} to ${hourName(until)}` : `from ${hourName(from)} on`,
  );
  const which =
    refused === requests
      ? requests === 1
        ? "the only one"
        : "all"
      : formatCount(refused, "request").replace(/ requests?$/, "");
  return `${withIt} calls would have been refused ${refusals.length > shown.length ? `${formatCount(refusals.length, "time")}, last ` : ""}${times.join(", and ")}: ${which} of ${formatCount(requests, "request")}.`;
}
