// The method: warm up, interleave, the control first and last in every round, and only rounds whose two controls agree.

import { load, median, percentile } from "./load.mjs";
import { cpuSeconds } from "./processes.mjs";

const mostApart = 0.25;

/** One measurement of one contender: requests a second, milliseconds, and the server's CPU milliseconds a request. */
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

/** What several servers did at the same time: their rates together, and the mean of everything else by request. */
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
 * Measures every contender in turn until so many rounds held, three of seven unless more are asked for, and gives the median of each of their
 * numbers, by name, with how many rounds were thrown away as `discarded`. Every other round goes the other way. `times(name, base)` is the median
 * of how many times as long one took as another in the same round: what slows a whole round slows both.
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
    // The last attempts are taken as they come: better a figure marked noisy than none.
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
