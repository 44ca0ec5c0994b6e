/**
 * The most rows of hours, or lines of the ledger, that are looked at for the calls of the last 30 days: the latest
 * ones.
 */
export const mostLooked = 50_000;

const lookedBack = 30;

/**
 * Returns how many of the last 30 days were looked at; fewer than 30 when there were more rows than are looked at.
 * `first`: the time of the earliest row.
 */
export function daysLooked(looked: number, first: Date | null): number {
  if (looked < mostLooked || first === null) return lookedBack;
  return Math.min(lookedBack, Math.max(1, Math.ceil((Date.now() - first.getTime()) / 86_400_000)));
}

/** Returns the beginning of a sentence about this period: "In the last 30 days". */
export function inTheLast(days: number): string {
  return days === lookedBack
    ? "In the last 30 days"
    : `In the newest ${days === 1 ? "day" : `${days} days`} of the last 30`;
}
