import { dateFormat } from "@/app/_ui/formats";

/* Days and months of billing are in UTC, whatever the person's time zone. */

const long = () => dateFormat({ month: "long", year: "numeric", timeZone: "UTC" });
const dayAndMonth = () => dateFormat({ day: "numeric", month: "long", timeZone: "UTC" });
const hour = () =>
  dateFormat({
    ...{ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" },
  });

const firstOf = (month: string) => new Date(`${month}-01T00:00:00Z`);

/** Formats as "November 2026", for "2026-11". */
export const monthName = (month: string) => long().format(firstOf(month));

/** Formats as "December 1", for "2026-11". */
export const nextMonthBegins = (month: string) => {
  const first = firstOf(month);
  return dayAndMonth().format(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1));
};

/** Formats as "November 30", for "2026-11". */
export const lastDay = (month: string) => {
  const first = firstOf(month);
  return dayAndMonth().format(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0));
};

/** Returns every day of a month: "2026-11-01", … */
export const daysOf = (month: string): string[] => {
  const first = firstOf(month);
  const count = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return Array.from({ length: count }, (_, i) => `${month}-${String(i + 1).padStart(2, "0")}`);
};

/** Formats as "Nov 17, 14:00 UTC". */
export const hourName = (date: Date) => `${hour().format(date)} UTC`;
