/** How many rows of hours, or lines of the ledger, the latest, are looked at for what was called in the last 30 days. */
export const mostLooked = 50_000;

const lookedBack = 30;

/** Returns how many of the last 30 days were looked at: fewer where there is more than is looked at. `first`: when the earliest was that was. */
export function daysLooked(looked: number, first: Date | null): number {
  if (looked < mostLooked || first === null) return lookedBack;
  return Math.min(lookedBack, Math.max(1, Math.ceil((Date.now() - first.getTime()) / 86_400_000)));
}

/** Returns how far was looked back, as a sentence begins: "In the last 30 days". */
export function inTheLast(days: number): string {
  return days === lookedBack
    ? "In the last 30 days"
    : `In the newest ${days === 1 ? "day" : `${days} days`} of the last 30`;
}
