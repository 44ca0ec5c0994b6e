import type { ChartSteps } from "@/app/_ui/bar-chart";
import { dateFormat } from "@/app/_ui/formats";
import type { Granularity } from "@/server/usage/input";

const inUtc = (options: Intl.DateTimeFormatOptions) => dateFormat({ timeZone: "UTC", hourCycle: "h23", ...options });

const dayShort = { month: "short", day: "numeric" } as const;
const dayLong = { weekday: "short", month: "short", day: "numeric", year: "numeric" } as const;
const hourShort = { hour: "2-digit", minute: "2-digit" } as const;
const hourLong = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" } as const;
const monthShort = { month: "short" } as const;
const monthLong = { month: "long", year: "numeric" } as const;

const names = {
  hour: { long: hourLong, short: hourShort },
  day: { long: dayLong, short: dayShort },
  month: { long: monthLong, short: monthShort },
};

const mostTicks = 7;

/** Returns the names of a chart's steps, and which of them the axis shows. All in UTC. */
export function stepLabels(steps: Date[], granularity: Granularity): ChartSteps {
  const { long, short } = names[granularity];
  const [longFormat, shortFormat] = [inUtc(long), inUtc(short)];
  const labels = steps.map((step) => longFormat.format(step));
  // With many hours, the axis shows the days.
  if (granularity === "hour" && steps.length > 24) {
    const noons = steps.flatMap((step, index) => (step.getUTCHours() === 12 ? [{ step, index }] : []));
    return { labels, ticks: noons.map(({ step, index }) => ({ index, label: inUtc(dayShort).format(step) })) };
  }
  const every = Math.ceil(steps.length / mostTicks);
  const first = (steps.length - 1) % every;
  const ticks = steps.flatMap((step, index) =>
    index % every === first ? [{ index, label: shortFormat.format(step) }] : [],
  );
  return { labels, ticks };
}

/** Formats a period: "Nov 18 – Nov 24, 2026". The end is exclusive. */
export function spanText({ from, to }: { from: Date; to: Date }): string {
  const last = new Date(to.getTime() - 1);
  const isWholeDays = from.getUTCHours() === 0 && to.getUTCHours() === 0;
  return isWholeDays
    ? inUtc({ year: "numeric", month: "short", day: "numeric" }).formatRange(from, last)
    : inUtc(hourLong).formatRange(from, to);
}
