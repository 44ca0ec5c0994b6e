import type { SpendSpan } from "@/db/schema/limits";

const dayMs = 86_400_000;

/** Returns how many spans of a kind, the one under way among them, begin before the month (in UTC) ends. */
export function spansLeft(span: SpendSpan, now: Date): number {
  if (span === "month" || span === "total") return 1;
  const today = Math.floor(now.getTime() / dayMs);
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) / dayMs;
  if (span === "day") return end - today;
  // Day 4 of the epoch was a Monday.
  const monday = today - ((today - 4) % 7);
  return Math.ceil((end - monday) / 7);
}

/** What is asked for, and how it is now; `share`: the part of the workspace's spend, 0 to 1, that the limit is for. */
export type Change =
  | { kind: "spend"; span: SpendSpan; from: number; to: number }
  | { kind: "rate"; from: number; to: number; share: number }
  | { kind: "model" };

/**
 * Returns the most that the month can cost once a request is approved, in micro-units: the forecast, and all that a higher limit on spend
 * lets through; with a higher rate as much more of what it limits. Null where nothing can be said.
 */
export function forecastWith(forecast: number | null, change: Change, now: Date): number | null {
  if (forecast === null || change.kind === "model") return null;
  const { from, to } = change;
  if (change.kind === "spend") return forecast + Math.max(0, to - from) * spansLeft(change.span, now);
  return forecast + Math.round(forecast * change.share * Math.max(0, to / from - 1));
}
