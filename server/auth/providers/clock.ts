/** How far the clocks of a provider and of this machine may differ. */
export const skewMs = 3 * 60_000;

/** Returns the difference between two clocks in words. */
export function minutes(ms: number): string {
  const count = Math.max(1, Math.round(ms / 60_000));
  return count === 1 ? "1 minute" : `${count.toLocaleString("en-US")} minutes`;
}
