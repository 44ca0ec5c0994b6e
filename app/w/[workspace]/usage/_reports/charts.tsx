import { stepLabels } from "@/app/_shared/step-labels";
import { BarChart, type ChartSeries } from "@/app/_ui/bar-chart";
import { formatCompact, formatCount, formatMoney, formatNumber } from "@/app/_ui/format";
import type { Report } from "@/server/usage/report";

const otherInk = 9;

/** Draws cost, requests and tokens over time, by group. */
export function Charts({ report }: { report: Report }) {
  const { currency } = report;
  const steps = stepLabels(report.steps, report.granularity);
  const money = (micro: number) => formatMoney(micro, currency);
  const names = namesOf(report);
  const seriesOf = (measure: "requests" | "tokens" | "cost"): ChartSeries[] =>
    report.series.map((each, i) => ({
      name: names[i] ?? "",
      ink: each.group || report.groupBy === "none" ? i + 1 : otherInk,
      values: each[measure],
    }));
  return (
    <div className="mb-6 grid gap-5 lg:grid-cols-2">
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
      <BarChart title="Cost" steps={steps} series={seriesOf("cost")} unit={money} format={money} />
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

/** Returns what the groups are called; two of one name are told apart by what else is known of them. */
function namesOf({ series }: Report): string[] {
  const plain = series.map(({ group }) => group?.name ?? "Other");
  return series.map(({ group }, i) => {
    const name = plain[i] ?? "";
    const isShared = plain.indexOf(name) !== plain.lastIndexOf(name);
    return isShared && group?.detail ? `${name} (${group.detail})` : name;
  });
}
