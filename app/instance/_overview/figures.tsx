import { stepLabels } from "@/app/_shared/step-labels";
import { BarChart } from "@/app/_ui/bar-chart";
import { formatCompact, formatCompactMoney, formatCount, formatMoney, formatNumber } from "@/app/_ui/format";
import type { Outputs } from "@/server/composition/outputs";

type Overview = Outputs["instance"]["overview"];

/** Draws the number of workspaces and people, and the total usage of this month and by day. */
export function Figures({ counts, month, days, currency }: Pick<Overview, "counts" | "month" | "days" | "currency">) {
  const money = (micro: number) => formatMoney(micro, currency);
  const about = ({ count, isEstimate }: { count: number; isEstimate: boolean }) =>
    isEstimate ? `about ${formatCompact(count)}` : formatNumber(count);
  const steps = stepLabels(
    days.map(({ day }) => new Date(`${day}T00:00:00Z`)),
    "day",
  );
  return (
    <>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-hairline bg-hairline shadow-card md:grid-cols-4">
        <Tile label="Workspaces">{about(counts.workspaces)}</Tile>
        <Tile label="People">{about(counts.people)}</Tile>
        <Tile label="Requests this month">{formatNumber(month.requests)}</Tile>
        <Tile label="Spend this month">{money(month.cost)}</Tile>
      </dl>
      {days.length > 0 && (
        <div className="grid gap-5 lg:grid-cols-2">
          <BarChart
            title="Spend by day"
            steps={steps}
            series={[{ name: "All workspaces", ink: 1, values: days.map(({ cost }) => cost) }]}
            unit={money}
            format={money}
            formatAxis={(micro) => formatCompactMoney(micro, currency)}
          />
          <BarChart
            title="Requests by day"
            steps={steps}
            series={[{ name: "All workspaces", ink: 1, values: days.map(({ requests }) => requests) }]}
            unit={(sum) => formatCount(sum, "request")}
            format={formatNumber}
            formatAxis={formatCompact}
          />
        </div>
      )}
    </>
  );
}

function Tile({ label, children }: { label: string; children: string }) {
  return (
    <div className="bg-surface px-4 py-3.5 md:px-5">
      <dt className="text-[0.8125rem] text-ink-soft">{label}</dt>
      <dd className={`figures mt-1 font-medium md:text-lg ${children.length > 12 ? "text-sm" : "text-lg"}`}>
        {children}
      </dd>
    </div>
  );
}
