// The method: warm-up, then rounds in which the contenders alternate, with the control first and last. Only rounds whose two controls agree count.

import { load, median, percentile } from "./load.mjs";
import { cpuSeconds } from "./processes.mjs";

const mostApart = 0.25;

/** One measurement of one contender: requests per second, milliseconds, and the server's CPU milliseconds per request. */
export async function measure({ port, pid, next, inFlight, ms, count, expect = 200, together }) {
  if (together) return sumOf(await Promise.all(together.map((each) => measure({ ...each, ms, count }))));
  const before = pid === undefined ? 0 : cpuSeconds(pid);
  const outcome = await load({ port, next, inFlight, ms, count });
  const cpu = pid === undefined ? 0 : cpuSeconds(pid) - before;
  const n = outcome.latencies.length;
  const good = outcome.statuses[expect] ?? 0;
  if (good < n || n === 0) throw new Error(`answers were ${JSON.stringify(outcome.statuses)}, not all ${expect}`);
  return {
    rate: (n / outcome.ms) * 1000,
    p50: percentile(outcome.latencies, 0.5),
    p99: percentile(outcome.latencies, 0.99),
    cpu: (cpu / n) * 1000,
    bytes: outcome.bytes / n,
  };
}

/** Combines the results of several servers that ran at the same time: the sum of their rates, and the mean per request of all other values. */
function sumOf(all) {
  const rate = all.reduce((sum, each) => sum + each.rate, 0);
  const mean = (key) => all.reduce((sum, each) => sum + each[key] * each.rate, 0) / rate;
  return {
    rate,
    p50: mean("p50"),
    p99: Math.max(...all.map(({ p99 }) => p99)),
    cpu: mean("cpu"),
    bytes: mean("bytes"),
  };
}

/**
 * Measures every contender in turn until enough rounds are valid, by default three of at most seven. Returns the median of each of their
 * numbers, by name, and the number of invalid rounds as `discarded`. Every second round has the reverse order. `times(name, base)` is the median
 * ratio of two contenders' times in the same round, because a slow phase of the machine affects both.
 */
export async function rounds(control, contenders, { warm = 1_000, wanted = 3, attempts = 7 } = {}) {
  for (const one of [control, ...contenders]) await measure({ ...one, ms: one.warm ?? warm, count: one.warmCount });
  const kept = [];
  let discarded = 0;
  for (let attempt = 0; kept.length < wanted && attempt < attempts; attempt += 1) {
    const round = {};
    const first = await measure(control);
    for (const one of attempt % 2 === 0 ? contenders : contenders.toReversed()) round[one.name] = await measure(one);
    const last = await measure(control);
    const apart = Math.abs(first.rate - last.rate) / Math.max(first.rate, last.rate);
    round[control.name] = { ...first, rate: (first.rate + last.rate) / 2, cpu: (first.cpu + last.cpu) / 2 };
    // The last attempts always count: a figure that is marked as noisy is better than none.
    if (apart > mostApart && attempts - attempt > wanted - kept.length) discarded += 1;
    else kept.push({ round, isNoisy: apart > mostApart });
  }
  const result = { discarded, noisy: kept.filter(({ isNoisy }) => isNoisy).length };
  for (const { name } of [control, ...contenders]) {
    const of = (key) => median(kept.map(({ round }) => round[name][key]));
    result[name] = { rate: of("rate"), p50: of("p50"), p99: of("p99"), cpu: of("cpu"), bytes: of("bytes") };
  }
  result.times = (name, base) => median(kept.map(({ round }) => round[name].p50 / round[base].p50));
  return result;
}
