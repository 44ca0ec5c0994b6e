import { formatCount, formatMoney } from "@/app/_ui/format";
import type { WhatIf } from "@/server/billing/what-if";
import { hourName } from "./month";

/** Returns what a limit would have meant, in a sentence. */
export function whatIfText(limit: number, outcome: WhatIf, currency: string, now: Date): string {
  const { requests, refused, refusals } = outcome;
  const withIt = `With ${formatMoney(limit, currency)} a month,`;
  if (requests === 0) return "There were no requests in the last 30 days to try it on.";
  if (refused === 0)
    return requests === 1
      ? `${withIt} the one request of the last 30 days would have gone through.`
      : `${withIt} each of the ${formatCount(requests, "request")} of the last 30 days would have gone through.`;
  const times = refusals.map(({ from, until }) =>
    until < now ? `from ${hourName(from)} to ${hourName(until)}` : `from ${hourName(from)} on`,
  );
  const which =
    refused === requests
      ? requests === 1
        ? "the only one"
        : "all"
      : formatCount(refused, "request").replace(/ requests?$/, "");
  return `${withIt} calls would have been refused ${times.join(", and ")}: ${which} of ${formatCount(requests, "request")}.`;
}
