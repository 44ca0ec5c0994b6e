import { formatCount } from "@/app/_ui/format";
import { inTheLast } from "./of-late";

/** The callers of the last 30 days, those with the most calls first, and the total number of callers. */
export type Called = {
  rows: { keyName: string | null; memberName: string | null; calls: number }[];
  total: number;
  calls: number;
  /** How many of the last 30 days were searched. */
  days: number;
};

/** Returns a sentence that says which calls of the last 30 days would have been refused. */
export function wouldRefuse({ rows, total, calls, days }: Called): string {
  if (calls === 0) return "No call of the last 30 days would have been refused.";
  const names = rows
    .slice(0, 3)
    .map(
      (row) =>
        `${row.keyName ?? `${row.memberName ?? "a former member"} in the browser`} (${formatCount(row.calls, "call")})`,
    );
  const more = total > names.length ? ` and ${formatCount(total - names.length, "other caller")}` : "";
  return `${inTheLast(days)} this would have refused ${formatCount(calls, "call")}: ${names.join(", ")}${more}.`;
}
