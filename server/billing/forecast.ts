const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How many days the mean is taken of, and how many there must be at least. */
const mostDays = 7;
const fewestDays = 3;

/**
 * Returns what a month will have cost at its end, in micro-units: what is spent so far, and for the hours that are left the mean
 * of the last seven full days (days before today, in UTC). A workspace that is younger has fewer; with less than three
 * nothing can be said.
 *
 * @param spent so far this month
 * @param days what was spent on each day, by its date ("2026-11-24"); a day without spend may be missing
 * @param firstUse when the workspace was first used; null: never
 * @returns null when there are not enough days yet
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
