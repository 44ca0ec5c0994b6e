import { useId } from "react";
import { ChartBands } from "./chart-bands";
import { ChartReader } from "./chart-reader";
import { Table, TableCell, TableRow } from "./table";

/** One group's bars. Without a name it is the only one, and needs none. */
export type ChartSeries = { name: string; ink: number; values: number[] };

export type ChartSteps = {
  /** What each step is called in full: "Nov 24, 14:00". */
  labels: string[];
  /** Which steps are named at the axis. */
  ticks: { index: number; label: string }[];
};

const height = 1000;

/**
 * Bars over time, piled up by group: drawn by the server, walked through by arrow keys, read aloud bar by bar, and to be
 * had as a table.
 */
export function BarChart({
  title,
  unit,
  steps,
  series,
  format,
  formatAxis = format,
}: {
  title: string;
  /** What a step's sum is said to be: "3 requests", or the sum alone. */
  unit: (sum: number) => string;
  steps: ChartSteps;
  series: ChartSeries[];
  format: (value: number) => string;
  formatAxis?: (value: number) => string;
}) {
  const heading = useId();
  const sums = steps.labels.map((_, i) => series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0));
  const most = roundUp(Math.max(0, ...sums));
  const said = sums.map((sum, i) => {
    const parts = series.filter(({ values }) => (values[i] ?? 0) > 0);
    const detail = parts.map(({ name, values }) => `${name} ${format(values[i] ?? 0)}`).join(", ");
    return `${steps.labels[i]}: ${unit(sum)}${detail && series.length > 1 ? ` (${detail})` : ""}`;
  });
  const width = 100 / steps.labels.length;
  return (
    <section
      aria-labelledby={heading}
      className="flex min-w-0 flex-col rounded-xl border border-hairline bg-surface px-4 py-4 shadow-card md:px-5"
    >
      <h2 id={heading} className="text-[0.9375rem]">
        {title}
      </h2>
      <ChartReader hint={`${unit(sums.reduce((sum, each) => sum + each, 0))} in all`}>
        <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 pt-1">
          <div className="chart-scale" aria-hidden="true">
            <span>{most > 0 && formatAxis(most)}</span>
            <span>{most > 0 && formatAxis(most / 2)}</span>
            <span>{formatAxis(0)}</span>
          </div>
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
            </svg>
            <line className="chart-line" data-base="" x1="0" x2="100%" y1="100%" y2="100%" />
            <ChartBands texts={said} keys={steps.labels} />
          </svg>
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
      </ChartReader>
      {series.length > 1 && <Legend series={series} />}
      <details className="mt-3 text-[0.8125rem]">
        <summary className="w-fit text-ink-soft hover:text-ink">Show as table</summary>
        {/* biome-ignore lint/a11y/useSemanticElements: a region that scrolls needs a name for keyboard users. */}
        <div
          role="group"
          aria-label={`${title} as a table`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          className="mt-2 max-h-96 overflow-y-auto rounded-md border border-hairline"
        >
          <AsTable {...{ title, steps, series, sums, format }} />
        </div>
      </details>
    </section>
  );
}

/** Draws the names of the inks. */
function Legend({ series }: { series: ChartSeries[] }) {
  return (
    <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem] text-ink-soft">
      {series.map(({ name, ink }) => (
        <li key={ink} className="flex min-w-0 items-center gap-1.5">
          <svg width="10" height="10" aria-hidden="true" className="shrink-0">
            <rect width="10" height="10" rx="2.5" className={`chart-ink-${ink}`} />
          </svg>
          <span className="wrap-anywhere">{name}</span>
        </li>
      ))}
    </ul>
  );
}

function AsTable({
  title,
  steps,
  series,
  sums,
  format,
}: {
  title: string;
  steps: ChartSteps;
  series: ChartSeries[];
  sums: number[];
  format: (value: number) => string;
}) {
  const isPiled = series.length > 1;
  const used = sums.flatMap((sum, i) => (sum > 0 ? [i] : []));
  if (used.length === 0) return <p className="px-4 py-3 text-ink-soft">Nothing in any step.</p>;
  const columns = [
    { label: "Time (UTC)" },
    ...(isPiled ? series.map(({ name }) => ({ label: name, align: "end" as const })) : []),
    { label: isPiled ? "All" : title, align: "end" as const },
  ];
  return (
    <Table label={`${title} by time; steps with nothing are left out`} columns={columns}>
      {used.map((i) => (
        <TableRow key={steps.labels[i]}>
          <TableCell kind="primary" className="whitespace-nowrap">
            {steps.labels[i]}
          </TableCell>
          {isPiled &&
            series.map(({ name, ink, values }) => (
              <TableCell key={ink} label={name} align="end" className="figures">
                {format(values[i] ?? 0)}
              </TableCell>
            ))}
          <TableCell label={isPiled ? "All" : title} align="end" className="figures font-medium">
            {format(sums[i] ?? 0)}
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}

/** Returns a path for each group, whose bars stand on those of the groups before it, a hair apart. */
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
      // What is too small to be seen is still there: a sliver, and no gap that would eat it.
      const drawn = Math.max(size - (size > 16 ? 6 : 0), 3);
      path += `M${round(i + gap)} ${round(height - bottom)}v${-round(drawn)}h${round(1 - 2 * gap)}v${round(drawn)}z`;
    });
    return path ? [{ ink, path }] : [];
  });
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Returns the next number that is easy to halve: 2, 4, 6, 8, 10, 12, 16, 20, 24, 30, 40, … */
function roundUp(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = power < 10 ? [2, 4, 6, 8, 10] : [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];
  return (steps.find((step) => step * power >= value) ?? 10) * power;
}
