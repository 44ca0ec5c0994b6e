import { useId } from "react";
import { ChartBands } from "./chart-bands";
import { ChartLines } from "./chart-lines";
import { ChartReader, type ChartTip } from "./chart-reader";
import { ChartTable } from "./chart-table";

/** The bars of one group. */
export type ChartSeries = { name: string; ink: number; values: number[] };

/** A value to compare the bars with, such as a budget; null where it does not apply. */
export type ChartMark = { name: string; ink: number; isDashed?: boolean; values: (number | null)[] };

export type ChartSteps = {
  /** The full name of each step: "Nov 24, 14:00". */
  labels: string[];
  /** The steps that have a label at the axis. */
  ticks: { index: number; label: string }[];
};

const height = 1000;

/**
 * Draws stacked bars over time, with lines to compare them with. It is drawn on the server, can be read step by step
 * with the arrow keys and by a screen reader, and is also offered as a table. The names of the inks are in the page's
 * `ChartLegend`.
 */
export function BarChart({
  title,
  unit,
  steps,
  series,
  marks = [],
  format,
  formatAxis = format,
  isBare,
  tableLabel = `${title} over time; empty steps are left out`,
}: {
  title: string;
  /** Returns the text for a step's sum: "3 requests", or the sum alone. */
  unit: (sum: number) => string;
  steps: ChartSteps;
  series: ChartSeries[];
  marks?: ChartMark[];
  format: (value: number) => string;
  formatAxis?: (value: number) => string;
  /** Without its own card, because it is inside one. */
  isBare?: boolean;
  tableLabel?: string;
}) {
  const heading = useId();
  const sums = steps.labels.map((_, i) => series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0));
  const marked = marks.flatMap(({ values }) => values.filter((value) => value !== null));
  const most = roundUp(Math.max(0, ...sums, ...marked));
  const tips = sums.map((sum, i): ChartTip => {
    const parts = series.length > 1 ? series.filter(({ values }) => (values[i] ?? 0) > 0) : [];
    const lines = marks.filter(({ values }) => values[i] != null);
    return {
      label: steps.labels[i] ?? "",
      sum: unit(sum),
      parts: [...parts, ...lines].map(({ ink, name, values }) => ({ ink, name, text: format(values[i] ?? 0) })),
    };
  });
  const said = tips.map(({ label, sum, parts }) => {
    const detail = parts.map(({ name, text }) => `${name} ${text}`).join(", ");
    return `${label}: ${sum}${detail && ` (${detail})`}`;
  });
  const width = 100 / steps.labels.length;
  return (
    <section
      aria-labelledby={heading}
      className={`flex min-w-0 flex-col ${isBare ? "" : "rounded-xl border border-hairline bg-surface px-4 py-4 shadow-card md:px-5"}`}
    >
      <h2 id={heading} className="text-[0.9375rem]">
        {title}
      </h2>
      <p className="figures mb-4 text-[0.8125rem] text-ink-soft">
        {unit(sums.reduce((sum, each) => sum + each, 0))} in all
      </p>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 pt-1">
        <div className="chart-scale" aria-hidden="true">
          <span>{most > 0 && formatAxis(most)}</span>
          <span>{most > 0 && formatAxis(most / 2)}</span>
          <span>{formatAxis(0)}</span>
        </div>
        <ChartReader tips={tips}>
          {/* biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset. */}
          <svg className="chart-plot" role="group" aria-labelledby={heading}>
            {[0, 50].map((y) => (
              <line key={y} className="chart-line" x1="0" x2="100%" y1={`${y}%`} y2={`${y}%`} />
            ))}
            <svg
              viewBox={`0 0 ${steps.labels.length} ${height}`}
              preserveAspectRatio="none"
              width="100%"
              height="100%"
              aria-hidden="true"
            >
              {piles(series, most).map(({ ink, path }) => (
                <path key={ink} className={`chart-ink-${ink}`} d={path} />
              ))}
              <ChartLines lines={marks} yOf={(value) => height - (value / most) * height} />
            </svg>
            <line className="chart-line" data-base="" x1="0" x2="100%" y1="100%" y2="100%" />
            <ChartBands texts={said} keys={steps.labels} />
          </svg>
        </ChartReader>
        <svg className="chart-axis col-start-2 mt-1.5" aria-hidden="true">
          {steps.ticks.map(({ index, label }, i) => {
            const x = (index + 0.5) * width;
            return (
              <text
                key={index}
                x={`${x}%`}
                y="12"
                textAnchor={x < 1 ? "start" : x > 99 ? "end" : "middle"}
                data-minor={steps.ticks.length > 4 && i % 2 === 1 ? "" : undefined}
              >
                {label}
              </text>
            );
          })}
        </svg>
      </div>
      <ChartTable {...{ title, steps, series, sums, format }} label={tableLabel} />
    </section>
  );
}

/** Returns a path for each group. Its bars are stacked on those of the groups before it, with a small gap. */
function piles(series: ChartSeries[], most: number): { ink: number; path: string }[] {
  const tops = series[0]?.values.map(() => 0) ?? [];
  const count = tops.length;
  const gap = count > 60 ? 0.1 : 0.16;
  return series.flatMap(({ ink, values }) => {
    let path = "";
    values.forEach((value, i) => {
      if (value <= 0 || most <= 0) return;
      const bottom = tops[i] ?? 0;
      const size = (value / most) * height;
      tops[i] = bottom + size;
      // Very small values are drawn as a thin bar, without a gap.
      const drawn = Math.max(size - (size > 16 ? 6 : 0), 3);
      path += `M${round(i + gap)} ${round(height - bottom)}v${-round(drawn)}h${round(1 - 2 * gap)}v${round(drawn)}z`;
    });
    return path ? [{ ink, path }] : [];
  });
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Rounds up to the next number that is easy to halve: 2, 4, 6, 8, 10, 12, 16, 20, 24, 30, 40, … */
function roundUp(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = power < 10 ? [2, 4, 6, 8, 10] : [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];
  return (steps.find((step) => step * power >= value) ?? 10) * power;
}
