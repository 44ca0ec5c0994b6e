import type { ChartSteps } from "@/app/_ui/bar-chart";
import type { Granularity } from "@/server/usage/input";

const inUtc = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en", { timeZone: "UTC", hourCycle: "h23", ...options });

const dayShort = inUtc({ month: "short", day: "numeric" });
const dayLong = inUtc({ weekday: "short", month: "short", day: "numeric", year: "numeric" });
const hourShort = inUtc({ hour: "2-digit", minute: "2-digit" });
const hourLong = inUtc({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
const monthShort = inUtc({ month: "short" });
const monthLong = inUtc({ month: "long", year: "numeric" });

const names = {
  hour: { long: hourLong, short: hourShort },
  day: { long: dayLong, short: dayShort },
  month: { long: monthLong, short: monthShort },
};

const mostTicks = 7;

/** Returns what the steps of a chart are called, and which of them have a name at the axis. All in UTC. */
export function stepLabels(steps: Date[], granularity: Granularity): ChartSteps {
  const { long, short } = names[granularity];
  const labels = steps.map((step) => long.format(step));
  // Many hours are told apart by their days.
  if (granularity === "hour" && steps.length > 24) {
    const noons = steps.flatMap((step, index) => (step.getUTCHours() === 12 ? [{ step, index }] : []));
    return { labels, ticks: noons.map(({ step, index }) => ({ index, label: dayShort.format(step) })) };
  }
  const every = Math.ceil(steps.length / mostTicks);
  const first = (steps.length - 1) % every;
  const ticks = steps.flatMap((step, index) => (index % every === first ? [{ index, label: short.format(step) }] : []));
  return { labels, ticks };
}

/** Returns a span in words: "Nov 18 – Nov 24, 2026". Its end is not part of it. */
export function spanText({ from, to }: { from: Date; to: Date }): string {
  const last = new Date(to.getTime() - 1);
  const isWholeDays = from.getUTCHours() === 0 && to.getUTCHours() === 0;
  return isWholeDays ? inUtc({ dateStyle: "medium" }).formatRange(from, last) : hourLong.formatRange(from, to);
}
