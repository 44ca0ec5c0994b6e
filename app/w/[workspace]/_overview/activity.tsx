import { stepLabels } from "@/app/_shared/step-labels";
import { BarChart } from "@/app/_ui/bar-chart";
import { formatCompact, formatCount, formatNumber } from "@/app/_ui/format";
import type { Outputs } from "@/server/composition/outputs";

/** Draws the requests of the last 14 days, with failed requests on top. */
export function Activity({ days }: { days: Outputs["workspaces"]["overview"]["days"] }) {
  return (
    <BarChart
      title="Last 14 days"
      steps={stepLabels(
        days.map(({ day }) => new Date(`${day}T00:00:00Z`)),
        "day",
      )}
      series={[
        { name: "Succeeded", ink: 1, values: days.map(({ requests, errors }) => requests - errors) },
        { name: "Failed", ink: 2, values: days.map(({ errors }) => errors) },
      ]}
      unit={(sum) => formatCount(sum, "request")}
      format={formatNumber}
      formatAxis={formatCompact}
    />
  );
}
