/** How many buckets a latency histogram has. */
export const bucketCount = 32;

const firstMs = 10;

/**
 * Returns the upper bound of bucket 1, 2, … 32 in milliseconds: 10 ms for the first, and √2 times as much for each
 * further one, up to 7.7 minutes.
 */
export function upperMs(bucket: number): number {
  return firstMs * 2 ** ((bucket - 1) / 2);
}

/** Returns the bucket, from 1 to 32, for a latency in milliseconds. The last bucket has no upper bound. */
export function latencyBucket(ms: number): number {
  if (ms <= firstMs) return 1;
  // A latency equal to a bucket's bound belongs to that bucket, despite the rounding of the logarithm.
  return Math.min(bucketCount, Math.ceil(2 * Math.log2(ms / firstMs) - 1e-9) + 1);
}

/**
 * Returns the latency in milliseconds that `share` (0.5, 0.95, 0.99) of the requests did not exceed; null without
 * requests.
 *
 * A histogram knows only the bucket of a request, so the result is the bucket's upper bound: never less than the real
 * value, and from 10 ms on at most √2 times as much. Latencies over 5.5 minutes give 7.7 minutes, however long they
 * were.
 *
 * @param histogram the number of requests in each bucket; missing buckets count none
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

/** The three percentiles that pages show, in milliseconds. */
export type Latency = { p50: number | null; p95: number | null; p99: number | null };

/** Returns the three percentiles of a histogram. */
export function latencyOf(histogram: readonly number[]): Latency {
  return { p50: percentile(histogram, 0.5), p95: percentile(histogram, 0.95), p99: percentile(histogram, 0.99) };
}
