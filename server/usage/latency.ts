/** How many buckets a latency histogram has. */
export const bucketCount = 32;

const firstMs = 10;

/** Returns up to how many milliseconds bucket 1, 2, … 32 counts: 10 ms, and √2 times as much each further one, up to 7.7 minutes. */
export function upperMs(bucket: number): number {
  return firstMs * 2 ** ((bucket - 1) / 2);
}

/** Returns the bucket, from 1 to 32, that a latency in milliseconds is counted in; the last one has no upper end. */
export function latencyBucket(ms: number): number {
  if (ms <= firstMs) return 1;
  // A latency of exactly a bucket's bound belongs to it, whatever the logarithm's last digit is.
  return Math.min(bucketCount, Math.ceil(2 * Math.log2(ms / firstMs) - 1e-9) + 1);
}

/**
 * Returns how many milliseconds `share` (0.5, 0.95, 0.99) of the requests took at most; null without requests.
 *
 * A histogram knows the bucket and not the place in it, so this is the bucket's upper end: never less than it was, and from 10 ms on
 * at most √2 times as much. Over 5.5 minutes it says 7.7 minutes, however long it was.
 *
 * @param histogram how many requests each bucket counted; missing buckets count none
 */
export function percentile(histogram: readonly number[], share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(total * share - 1e-9));
  let seen = 0;
  const index = histogram.findIndex((count) => {
    seen += count;
    return seen >= rank;
  });
  // Latencies are whole milliseconds.
  return Math.floor(upperMs(index + 1));
}

/** The three percentiles that are shown, in milliseconds. */
export type Latency = { p50: number | null; p95: number | null; p99: number | null };

/** Returns a histogram as the three percentiles that are shown. */
export function latencyOf(histogram: readonly number[]): Latency {
  return { p50: percentile(histogram, 0.5), p95: percentile(histogram, 0.95), p99: percentile(histogram, 0.99) };
}
