import type { ChartMark } from "./bar-chart";

/**
 * Draws lines over bars, in units of steps and of the drawing's height. A line is flat within a step and is interrupted
 * where it has no value.
 */
export function ChartLines({ lines, yOf }: { lines: ChartMark[]; yOf: (value: number) => number }) {
  return lines.map(({ ink, isDashed, values }) => (
    <path
      key={ink}
      className={`chart-stroke chart-stroke-${ink}`}
      data-dashed={isDashed ? "" : undefined}
      d={values
        .map((value, i) => {
          if (value === null) return "";
          const isGoingOn = i > 0 && values[i - 1] !== null;
          const y = Math.round(yOf(value) * 10) / 10;
          return `${isGoingOn ? "L" : "M"}${i} ${y}H${i + 1}`;
        })
        .join("")}
    />
  ));
}
