import type { SpendSpan } from "@/db/schema/limits";

const dayMs = 86_400_000;

/** Returns how many spans of a kind, including the current one, begin before the end of the month (in UTC). */
export function spansLeft(span: SpendSpan, now: Date): number {
  if (span === "month" || span === "total") return 1;
  const today = Math.floor(now.getTime() / dayMs);
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) / dayMs;
  if (span === "day") return end - today;
  // Day 4 of the epoch was a Monday.
  const monday = today - ((today - 4) % 7);
  return Math.ceil((end - monday) / 7);
}

/** The requested change; `share`: the part of the workspace's spend, 0 to 1, to which the limit applies. */
export type Change =
  | { kind: "spend"; span: SpendSpan; from: number; to: number }
  | { kind: "rate"; from: number; to: number; share: number }
  | { kind: "model" };

/**
 * Returns the highest cost of the month that is possible once a request is approved, in micro-units: the forecast plus
 * all that a higher spending limit lets through or, for a higher rate, the forecast scaled for the part that it limits.
 * Null when it cannot be computed.
 */
export function forecastWith(forecast: number | null, change: Change, now: Date): number | null {
  if (forecast === null || change.kind === "model") return null;
  const { from, to } = change;
  if (change.kind === "spend") return forecast + Math.max(0, to - from) * spansLeft(change.span, now);
  return forecast + Math.round(forecast * change.share * Math.max(0, to / from - 1));
}
