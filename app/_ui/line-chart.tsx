import { useId } from "react";
import { ChartBands } from "./chart-bands";
import { ChartReader, type ChartTip } from "./chart-reader";
import { Table, TableCell, TableRow } from "./table";

/** One line. Null values are not drawn. */
export type ChartLine = { name: string; ink: number; values: (number | null)[] };

const height = 1000;
/** The maximum of points: each is at least a pixel wide, and the arrow keys have few enough stops. */
const mostPoints = 240;

/**
 * Draws values as lines from one point to the next. It is drawn on the server, can be read point by point with the
 * arrow keys and by a screen reader, and is also offered as a table.
 */
export function LineChart({
  title,
  hint,
  pointName,
  points,
  lines,
  format,
}: {
  title: string;
  hint: string;
  /** The kind of a point: "Step". */
  pointName: string;
  /** The name of each point: "40". */
  points: string[];
  lines: ChartLine[];
  format: (value: number) => string;
}) {
  const heading = useId();
  const every = Math.ceil(points.length / mostPoints);
  const kept = points.flatMap((_, i) => (i % every === 0 || i === points.length - 1 ? [i] : []));
  const all = lines.flatMap(({ values }) => values.filter((value): value is number => value !== null));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least || Math.abs(most) || 1) * 0.08;
  // The axis does not go below zero when no value does.
  const [bottom, top] = [least >= 0 ? Math.max(0, least - room) : least - room, most + room];
  const yOf = (value: number) => ((top - value) / (top - bottom)) * height;
  const xOf = (at: number) => (kept.length > 1 ? (at / (kept.length - 1)) * height : height / 2);

  const tips = kept.map(
    (i): ChartTip => ({
      label: `${pointName} ${points[i]}`,
      parts: lines.flatMap(({ name, ink, values }) =>
        values[i] == null ? [] : [{ ink, name, text: format(values[i]) }],
      ),
    }),
  );
  const said = tips.map(
    ({ label, parts }) => `${label}: ${parts.map(({ name, text }) => `${name} ${text}`).join(", ") || "nothing"}`,
  );
  return (
    <section
      aria-labelledby={heading}
      className="flex min-w-0 flex-col rounded-xl border border-hairline bg-surface px-4 py-4 shadow-card md:px-5"
    >
      <h2 id={heading} className="text-[0.9375rem]">
        {title}
      </h2>
      <p className="figures mb-4 text-[0.8125rem] text-ink-soft">{hint}</p>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 pt-1">
        <div className="chart-scale" aria-hidden="true">
          <span>{format(top)}</span>
          <span>{format((top + bottom) / 2)}</span>
          <span>{format(bottom)}</span>
        </div>
        <ChartReader tips={tips}>
          {/* biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset. */}
          <svg className="chart-plot" role="group" aria-labelledby={heading}>
            {[0, 50].map((y) => (
              <line key={y} className="chart-line" x1="0" x2="100%" y1={`${y}%`} y2={`${y}%`} />
            ))}
            <svg
              viewBox={`0 0 ${height} ${height}`}
              preserveAspectRatio="none"
              width="100%"
              height="100%"
              aria-hidden="true"
            >
              {lines.map(({ ink, values }) => (
                <path key={ink} className={`chart-stroke chart-stroke-${ink}`} d={pathOf(kept, values, xOf, yOf)} />
              ))}
            </svg>
            <line className="chart-line" data-base="" x1="0" x2="100%" y1="100%" y2="100%" />
            <ChartBands texts={said} keys={kept} />
          </svg>
        </ChartReader>
        <div className="chart-scale-x col-start-2" aria-hidden="true">
          <span>{points[0]}</span>
          <span>{points.at(-1)}</span>
        </div>
      </div>
      <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem] text-ink-soft">
        {lines.map(({ name, ink }) => (
          <li key={ink} className="flex min-w-0 items-center gap-1.5">
            <svg width="14" height="10" aria-hidden="true" className="shrink-0">
              <path d="M0 5h14" className={`chart-stroke chart-stroke-${ink}`} />
            </svg>
            {name}
          </li>
        ))}
      </ul>
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
          <Table
            label={`${title} by ${pointName.toLowerCase()}`}
            columns={[{ label: pointName }, ...lines.map(({ name }) => ({ label: name, align: "end" as const }))]}
          >
            {points.map((point, i) => (
              <TableRow key={point}>
                <TableCell kind="primary" className="figures">
                  {point}
                </TableCell>
                {lines.map(({ name, ink, values }) => (
                  <TableCell key={ink} label={name} align="end" className="figures">
                    {values[i] == null ? "–" : format(values[i])}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </Table>
        </div>
      </details>
    </section>
  );
}

function pathOf(
  kept: number[],
  values: (number | null)[],
  xOf: (at: number) => number,
  yOf: (value: number) => number,
): string {
  const round = (value: number) => Math.round(value * 10) / 10;
  let path = "";
  for (const [at, i] of kept.entries()) {
    const value = values[i];
    if (value == null) continue;
    path += `${path ? "L" : "M"}${round(xOf(at))} ${round(yOf(value))}`;
  }
  return path;
}
