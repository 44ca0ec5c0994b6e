import { formatDuration } from "@/app/_ui/format";

/** The longest latency that is measured, in milliseconds. */
const longest = 327_680;

/** Formats the upper bound of a percentile: "≤ 1.8 s"; null as a dash. */
export function atMost(ms: number | null): string {
  if (ms === null) return "–";
  return ms > longest ? `> ${formatDuration(longest)}` : `≤ ${formatDuration(ms)}`;
}
