/*
 * How numbers and dates are said. Pure, in English, the same on the server and in the browser.
 */

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const exact = new Intl.DateTimeFormat("en", {
  dateStyle: "medium",
  timeStyle: "medium",
  hourCycle: "h23",
  timeZone: "UTC",
});
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "just now", "3 minutes ago", "yesterday", "in 6 days". Rounded towards now, so nothing is older than it is. */
export function formatRelative(date: Date, now: Date = new Date()): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  for (const [unit, size] of steps) {
    // Weeks are said only from two on: "in 7 days" is plainer than "next week".
    if (distance >= size * (unit === "week" ? 2 : 1)) return relative.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 0 ? "in less than a minute" : "just now";
}

/** "Nov 24, 2026, 05:59:57 UTC". */
export function formatExact(date: Date): string {
  return `${exact.format(date)} UTC`;
}

/** "Nov 24, 2026", in UTC. */
export function formatDay(date: Date): string {
  return day.format(date);
}

/** "12,480". */
export function formatNumber(value: number | bigint): string {
  return whole.format(value);
}

/** "12.5K": for places where the exact number stands elsewhere. */
export function formatCompact(value: number | bigint): string {
  return short.format(value);
}

/** "3 members", "1 member"; the plural is the singular and an s unless given. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${whole.format(count)} ${count === 1 ? singular : plural}`;
}

/** "1.4 MB", in powers of 1,000. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : Number(value.toFixed(1))} ${units[power]}`;
}

/** "AL" for "Ada Lovelace", "A" for "ada@example.com", "?" for nothing. Whole characters, never half of one. */
export function initials(name: string): string {
  const words = (name.includes("@") ? (name.split("@")[0] ?? "") : name).split(/[\s._-]+/u).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  const letters = picked.map((word) => [...(word ?? "")][0] ?? "").join("");
  return letters.toLocaleUpperCase("en") || "?";
}
