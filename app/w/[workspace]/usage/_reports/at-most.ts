import { formatDuration } from "@/app/_ui/format";

/** Up to how many milliseconds latencies are told apart. */
const longest = 327_680;

/** Formats a percentile, of which the upper end is known: "≤ 1.8 s"; a dash where nothing was measured. */
export function atMost(ms: number | null): string {
  if (ms === null) return "–";
  return ms > longest ? `> ${formatDuration(longest)}` : `≤ ${formatDuration(ms)}`;
}
