import { formatCount } from "@/app/_ui/format";

/** Returns how far was looked back for calls, as a sentence begins: all of it, or less where there was too much to look at. */
export const inTheLast = (days: number) =>
  days >= 30 ? "In the last 30 days" : `In the newest ${days === 1 ? "day" : formatCount(days, "day")} of the last 30`;

/** Returns in a sentence what keys were used for, which is refused once they are off; `of`: how many were chosen. */
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
