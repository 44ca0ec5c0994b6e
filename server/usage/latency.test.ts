import { expect, test } from "vitest";
import { bucketCount, latencyBucket, latencyOf, percentile, upperMs } from "./latency";

const histogramOf = (latencies: number[]) => {
  const histogram = Array.from({ length: bucketCount }, () => 0);
  for (const ms of latencies) {
    const index = latencyBucket(ms) - 1;
    histogram[index] = (histogram[index] ?? 0) + 1;
  }
  return histogram;
};

test("the buckets begin at 10 ms, double every second one, and the last takes what is longer", () => {
  expect([upperMs(1), upperMs(3), upperMs(5), Math.round(upperMs(32))]).toEqual([10, 20, 40, 463_410]);
  expect([0, 10, 11, 14, 15, 20, 21, 463_410, 10_000_000].map(latencyBucket)).toEqual([1, 1, 2, 2, 3, 3, 4, 32, 32]);
  for (let bucket = 1; bucket <= bucketCount; bucket++) expect(latencyBucket(upperMs(bucket))).toBe(bucket);
});

test("without requests there is no percentile", () => {
  expect(latencyOf([])).toEqual({ p50: null, p95: null, p99: null });
  expect(percentile(histogramOf([]), 0.5)).toBeNull();
});

test("one request is every percentile", () => {
  const { p50, p95, p99 } = latencyOf(histogramOf([100]));
  expect(p50).toBe(p95);
  expect(p95).toBe(p99);
});

test("the slowest one of a hundred is the 99th percentile's neighbour, not the median's", () => {
  const histogram = histogramOf([...Array.from({ length: 98 }, () => 100), 5_000, 5_000]);
  expect(percentile(histogram, 0.5)).toBeLessThan(130);
  expect(percentile(histogram, 0.95)).toBeLessThan(130);
  expect(percentile(histogram, 0.99)).toBeGreaterThan(4_000);
});

test("a percentile is never less than it was, and at most √2 times as much between 10 ms and 5.5 minutes", () => {
  let state = 7;
  const random = () => {
    state = (state * 48_271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
  for (let round = 0; round < 200; round++) {
    const latencies = Array.from({ length: 1 + Math.floor(random() * 400) }, () =>
      Math.round(10.5 + 300_000 * random() ** 6),
    );
    latencies.sort((a, b) => a - b);
    for (const share of [0.5, 0.95, 0.99]) {
      const exact = latencies[Math.ceil(latencies.length * share - 1e-9) - 1] ?? 0;
      const estimate = percentile(histogramOf(latencies), share) ?? 0;
      expect(estimate).toBeGreaterThanOrEqual(exact);
      expect(estimate).toBeLessThanOrEqual(exact * Math.SQRT2);
    }
  }
});
