import { formatCount } from "@/app/_ui/format";

/**
 * Returns the beginning of a sentence that says which days were searched for calls: the last 30, or fewer if there were
 * too many calls to search.
 */
export const inTheLast = (days: number) =>
  days >= 30 ? "In the last 30 days" : `In the newest ${days === 1 ? "day" : formatCount(days, "day")} of the last 30`;

/**
 * Returns a sentence about the recent use of keys, which will be refused when they are disabled. `of`: how many keys
 * were selected.
 */
export function wouldRefuseKeys(
  { rows, calls, days }: { rows: unknown[]; calls: number; days: number },
  of: number,
): string {
  if (calls === 0)
    return of === 1 ? "It was not used in the last 30 days." : "None of them was used in the last 30 days.";
  const by =
    of === 1
      ? ""
      : rows.length === of
        ? ` by ${of === 2 ? "both" : `all ${of}`} keys`
        : ` by ${rows.length} of these ${of} keys`;
  return `${inTheLast(days)} this would have refused ${formatCount(calls, "call")}${by}.`;
}
