import { formatMoney } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { dayName, daysOf } from "@/app/w/[workspace]/_shared/month";

type Props = {
  /** "2026-11". */
  month: string;
  /** What was spent on a day; `model` null: all but the dearest together. */
  days: { day: string; model: string | null; cost: number }[];
  currency: string;
};

type Day = { day: string; total: number; parts: { ink: number; name: string; cost: number }[] };

const others = "Others";
/** Returns the class of a model's ink; the grey of chart.css is for the rest. */
const inkClass = (name: string, ink: number) => `chart-ink-${name === others ? 9 : ink + 1}`;
const height = 100;
const step = 10;

/** Draws a bar for each day of the month, in as many inks as models that cost something; below it the same as a table. */
export function SpendChart({ month, days, currency }: Props) {
  const names = inksOf(days);
  const columns: Day[] = daysOf(month).map((day) => {
    const parts = days
      .filter((each) => each.day === day && each.cost > 0)
      .map(({ model, cost }) => ({ name: model ?? others, ink: names.indexOf(model ?? others), cost }))
      .sort((a, b) => a.ink - b.ink);
    return { day, parts, total: parts.reduce((sum, { cost }) => sum + cost, 0) };
  });
  const highest = columns.reduce((top, each) => (each.total > top.total ? each : top));
  const say = (micro: number) => formatMoney(micro, currency);
  const summary = `Spend by day: most on ${dayName(highest.day)}, with ${say(highest.total)}.`;
  const [first, middle, last] = [columns[0], columns[14], columns.at(-1)];
  return (
    <figure>
      <p className="figures mb-1 text-ink-faint text-xs">{say(highest.total)}</p>
      <svg
        role="img"
        aria-label={summary}
        viewBox={`0 0 ${columns.length * step} ${height}`}
        preserveAspectRatio="none"
        className="block h-40 w-full border-hairline border-y"
      >
        <line
          x1="0"
          x2={columns.length * step}
          y1={height / 2}
          y2={height / 2}
          className="stroke-hairline"
          vectorEffect="non-scaling-stroke"
        />
        {columns.map((column, i) => (
          <Column key={column.day} day={column} x={i * step} scale={height / highest.total} say={say} />
        ))}
      </svg>
      <div className="figures mt-1 flex justify-between text-ink-faint text-xs" aria-hidden="true">
        {[first, middle, last].map((column) => column && <span key={column.day}>{dayName(column.day)}</span>)}
      </div>
      <figcaption className="mt-4">
        <ul className="flex flex-wrap gap-x-5 gap-y-1.5 text-[0.8125rem]" aria-label="Models in the chart">
          {names.map((name, ink) => (
            <li key={name} className="flex min-w-0 items-center gap-2">
              <svg viewBox="0 0 10 10" className={`size-2.5 shrink-0 ${inkClass(name, ink)}`} aria-hidden="true">
                <rect width="10" height="10" rx="2" />
              </svg>
              <span className="wrap-anywhere text-ink-soft">{name}</span>
            </li>
          ))}
        </ul>
        <details className="mt-3 print:hidden">
          <summary className="w-fit text-[0.8125rem] text-accent-ink">The same as a table</summary>
          <div className="mt-3 rounded-lg border border-hairline">
            <Table
              label="Spend by day"
              columns={[{ label: "Day" }, { label: "Spend", align: "end" }, { label: "Of which" }]}
            >
              {columns
                .filter(({ total }) => total > 0)
                .map(({ day, total, parts }) => (
                  <TableRow key={day}>
                    <TableCell kind="primary">{dayName(day)}</TableCell>
                    <TableCell label="Spend" align="end" className="figures">
                      {say(total)}
                    </TableCell>
                    <TableCell label="Of which" className="figures text-ink-soft">
                      {parts.map(({ name, cost }) => `${name} ${say(cost)}`).join(", ")}
                    </TableCell>
                  </TableRow>
                ))}
            </Table>
          </div>
        </details>
      </figcaption>
    </figure>
  );
}

function Column({ day, x, scale, say }: { day: Day; x: number; scale: number; say: (micro: number) => string }) {
  let y = height;
  return (
    <g>
      <title>{`${dayName(day.day)}: ${say(day.total)}`}</title>
      {/* The whole column answers to the pointer, also where the bar is short. */}
      <rect x={x} y="0" width={step} height={height} className="fill-transparent hover:fill-sunken" />
      {day.parts.map(({ name, ink, cost }) => {
        y -= cost * scale;
        return (
          <rect
            key={name}
            x={x + 1.5}
            y={y}
            width={step - 3}
            height={cost * scale}
            className={`pointer-events-none ${inkClass(name, ink)}`}
          />
        );
      })}
    </g>
  );
}

/** Returns the models in the order of their inks, the dearest first, and the others last. */
function inksOf(days: Props["days"]): string[] {
  const costs = new Map<string | null, number>();
  for (const { model, cost } of days) if (cost > 0) costs.set(model, (costs.get(model) ?? 0) + cost);
  const named = [...costs].filter((entry): entry is [string, number] => entry[0] !== null);
  return [...named.sort(([, a], [, b]) => b - a).map(([name]) => name), ...(costs.has(null) ? [others] : [])];
}
