import { stepLabels } from "@/app/_shared/step-labels";
import { BarChart, type ChartMark, type ChartSeries } from "@/app/_ui/bar-chart";
import { ChartLegend } from "@/app/_ui/chart-legend";
import { formatCompactMoney, formatMoney } from "@/app/_ui/format";
import { daysOf } from "@/app/w/[workspace]/_shared/month";

type Props = {
  here: string;
  /** "2026-11". */
  month: string;
  /** The spend of a day by model; `model` null: all models but those with the highest cost. */
  days: { day: string; model: string | null; cost: number }[];
  currency: string;
  spent: number;
  forecast: number | null;
  limit: number | null;
  now: Date;
  hidden: number[];
};

const othersInk = 9;
const budgetInk = 6;
const forecastInk = 7;
const hourMs = 3_600_000;
/**
 * A budget that is more than this many times as high as everything else is not drawn, because the bars would be too
 * small to see.
 */
const highestMark = 3;

/** Draws the cost of each day of the month by model, with the budget and the forecast per day as lines. */
export function SpendChart({ here, month, days, currency, spent, forecast, limit, now, hidden }: Props) {
  const dates = daysOf(month);
  const say = (micro: number) => formatMoney(micro, currency);
  const all = seriesOf(days, dates);
  const expected = forecast === null ? null : perDay(forecast - spent, month, now);
  const highest = Math.max(...dates.map((_, i) => all.reduce((sum, { values }) => sum + (values[i] ?? 0), 0)));
  const budget = limit === null ? null : limit / dates.length;
  const isBudgetDrawn = budget !== null && budget <= highestMark * Math.max(highest, expected ?? 0);
  const today = now.toISOString().slice(0, 10);
  const marks: ChartMark[] = [
    ...(isBudgetDrawn ? [{ name: "Budget a day", ink: budgetInk, values: dates.map(() => budget) }] : []),
    ...(expected === null
      ? []
      : [
          {
            name: "Expected a day",
            ink: forecastInk,
            isDashed: true,
            values: dates.map((day) => (day >= today ? expected : null)),
          },
        ]),
  ];
  const isShown = ({ ink }: { ink: number }) => !hidden.includes(ink);
  return (
    <figure className="flex flex-col gap-4">
      <ChartLegend entries={[...all, ...marks].map(({ ink, name }) => ({ ink, name }))} hidden={hidden} href={here} />
      <BarChart
        isBare
        title="Spend by day"
        tableLabel="Spend by day"
        steps={stepLabels(
          dates.map((day) => new Date(`${day}T00:00:00Z`)),
          "day",
        )}
        series={all.filter(isShown)}
        marks={marks.filter(isShown)}
        unit={say}
        format={say}
        formatAxis={(micro) => formatCompactMoney(micro, currency)}
      />
      {(budget !== null || expected !== null) && (
        <figcaption className="text-[0.8125rem] text-ink-soft">
          {limit !== null && budget !== null && (
            <>
              The limit of {say(limit)} a month is {say(Math.round(budget))} a day
              {isBudgetDrawn ? "." : ", which is far above this chart."}{" "}
            </>
          )}
          {expected !== null && <>The days that are left are expected to cost {say(Math.round(expected))} each.</>}
        </figcaption>
      )}
    </figure>
  );
}

/** Returns the bars of each model, those with the highest cost first and the others last. */
function seriesOf(days: Props["days"], dates: string[]): ChartSeries[] {
  const costs = new Map<string | null, number>();
  for (const { model, cost } of days) if (cost > 0) costs.set(model, (costs.get(model) ?? 0) + cost);
  const models = [...costs.keys()].sort((a, b) => {
    if (a === null || b === null) return a === null ? 1 : -1;
    return (costs.get(b) ?? 0) - (costs.get(a) ?? 0);
  });
  return models.map((model, i) => ({
    name: model ?? "Others",
    ink: model === null ? othersInk : i + 1,
    values: dates.map((date) => days.find(({ day, model: other }) => day === date && other === model)?.cost ?? 0),
  }));
}

/** Returns the remaining budget of a month, divided by its remaining days. */
function perDay(left: number, month: string, now: Date): number | null {
  const first = new Date(`${month}-01T00:00:00Z`);
  const end = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1);
  const hours = Math.floor((end - now.getTime()) / hourMs);
  return hours > 0 ? (left / hours) * 24 : null;
}
