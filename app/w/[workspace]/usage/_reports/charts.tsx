import { stepLabels } from "@/app/_shared/step-labels";
import { BarChart, type ChartSeries } from "@/app/_ui/bar-chart";
import { ChartLegend } from "@/app/_ui/chart-legend";
import { formatCompact, formatCompactMoney, formatCount, formatMoney, formatNumber } from "@/app/_ui/format";
import type { Report } from "@/server/usage/report";

const otherInk = 9;

/** Draws cost, requests and tokens over time, by group, below the legend of all three. `href`: the page with nothing hidden. */
export function Charts({ report, hidden, href }: { report: Report; hidden: number[]; href: string }) {
  const { currency } = report;
  const steps = stepLabels(report.steps, report.granularity);
  const money = (micro: number) => formatMoney(micro, currency);
  const names = namesOf(report);
  const groups = report.series.map(({ group }, i) => ({
    name: names[i] ?? "",
    ink: group || report.groupBy === "none" ? i + 1 : otherInk,
  }));
  const seriesOf = (measure: "requests" | "tokens" | "cost"): ChartSeries[] =>
    groups
      .map((group, i) => ({ ...group, values: report.series[i]?.[measure] ?? [] }))
      .filter(({ ink }) => !hidden.includes(ink));
  return (
    <div className="mb-6 grid gap-5 lg:grid-cols-2">
      {groups.length > 1 && (
        <div className="-mb-2 lg:col-span-2">
          <ChartLegend entries={groups} hidden={hidden} href={href} />
        </div>
      )}
      <div className="grid lg:col-span-2">
        <BarChart
          title="Requests"
          steps={steps}
          series={seriesOf("requests")}
          unit={(sum) => formatCount(sum, "request")}
          format={formatNumber}
          formatAxis={formatCompact}
        />
      </div>
      <BarChart
        title="Cost"
        steps={steps}
        series={seriesOf("cost")}
        unit={money}
        format={money}
        formatAxis={(micro) => formatCompactMoney(micro, currency)}
      />
      <BarChart
        title="Tokens"
        steps={steps}
        series={seriesOf("tokens")}
        unit={(sum) => formatCount(sum, "token")}
        format={formatNumber}
        formatAxis={formatCompact}
      />
    </div>
  );
}

/** Returns the names of the groups. Groups with the same name get a detail that distinguishes them. */
function namesOf({ series }: Report): string[] {
  const plain = series.map(({ group }) => group?.name ?? "Other");
  return series.map(({ group }, i) => {
    const name = plain[i] ?? "";
    const isShared = plain.indexOf(name) !== plain.lastIndexOf(name);
    return isShared && group?.detail ? `${name} (${group.detail})` : name;
  });
}
