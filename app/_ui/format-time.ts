import { dateFormat } from "./formats";

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const moment: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZoneName: "short",
};

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/**
 * Formats as "just now", "3 minutes ago", "yesterday", "in 7 days". Past times are rounded down, so that nothing looks
 * older than it is.
 */
export function formatRelative(date: Date, now: Date = new Date()): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  for (const [unit, size] of steps) {
    // Weeks are used from two on: "in 7 days" is clearer than "next week".
    if (distance >= size * (unit === "week" ? 2 : 1)) {
      return relative.format(seconds > 0 ? Math.round(seconds / size) : Math.ceil(seconds / size), unit);
    }
  }
  return seconds > 0 ? "in less than a minute" : "just now";
}

/** Formats as "Nov 24, 2026, 05:59:57 UTC", in the person's time zone. */
export function formatExact(date: Date): string {
  return dateFormat(moment).format(date);
}

/** Formats as "Nov 24, 2026, 05:59:57 UTC", always in UTC: for times that follow the billing calendar. */
export function formatUtc(date: Date): string {
  return dateFormat({ ...moment, timeZone: "UTC" }).format(date);
}

/** Formats a calendar day such as "2026-11-24" as "Nov 24, 2026", independent of the time zone. */
export function formatDay(day: string): string {
  return formatUtcDay(new Date(`${day}T00:00:00Z`));
}

/** Formats as "Nov 24, 2026", always the day in UTC. */
export function formatUtcDay(date: Date): string {
  return dateFormat({ year: "numeric", month: "short", day: "numeric", timeZone: "UTC" }).format(date);
}
