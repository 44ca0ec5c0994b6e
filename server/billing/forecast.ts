const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The number of days in the mean. */
const mostDays = 7;
const fewestDays = 3;

/**
 * Returns the forecast of a month's cost in micro-units: the spend so far plus, for the remaining hours, the mean of
 * the last seven full days (days before today, in UTC). A younger workspace has fewer days.
 *
 * @param spent so far this month
 * @param days the spend on each day, by its date ("2026-11-24"); a day without spend may be missing
 * @param firstUse when the workspace was first used; null: never
 * @returns null with fewer than three full days
 */
export function forecast(
  spent: number,
  days: ReadonlyMap<string, number>,
  firstUse: Date | null,
  now: Date,
): number | null {
  if (!firstUse) return null;
  const today = Math.floor(now.getTime() / dayMs);
  const firstFullDay = Math.ceil(firstUse.getTime() / dayMs);
  const count = Math.min(mostDays, today - firstFullDay);
  if (count < fewestDays) return null;
  let sum = 0n;
  for (let day = today - count; day < today; day++)
    sum += BigInt(days.get(new Date(day * dayMs).toISOString().slice(0, 10)) ?? 0);
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  const hoursLeft = BigInt(Math.floor((end - now.getTime()) / hourMs));
  return spent + Number((sum * hoursLeft) / BigInt(count * 24));
}
