import { formatMoney, formatNumber } from "@/app/_ui/format";

const perSpan = new Map(Object.entries({ day: "a day", week: "a week", month: "a month", total: "in total" }));

/** Formats a number of keys, members or megabytes of files: "1 key", "512 MB of files". */
export function countText(measure: string, count: number): string {
  if (measure === "files") return `${formatNumber(count)} MB of files`;
  return `${formatNumber(count)} ${count === 1 ? measure.slice(0, -1) : measure}`;
}

/** Formats a requested limit: "€50.00 a month", "600 requests per minute", "20 keys". */
export function limitText(kind: string, measure: string, amount: number, currency: string): string {
  if (kind === "rate") return `${formatNumber(amount)} ${measure} per minute`;
  if (kind === "count") return countText(measure, amount);
  return `${formatMoney(amount, currency)} ${perSpan.get(measure) ?? ""}`;
}
