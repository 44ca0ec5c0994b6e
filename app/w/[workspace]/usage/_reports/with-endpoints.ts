import { operationText } from "@/app/w/[workspace]/_shared/operation-text";
import { operationName } from "@/server/usage/input";
import type { Group, Report } from "@/server/usage/report";

/** Returns a report by endpoint with what these are called, in place of the ledger's words. */
export function withEndpoints(report: Report): Report {
  const called = <T extends Group>(group: T): T => {
    const operation = operationName.safeParse(group.id).data;
    return operation ? { ...group, name: operationText(operation) } : group;
  };
  return {
    ...report,
    groups: report.groups.map(called),
    series: report.series.map((series) => ({ ...series, group: series.group && called(series.group) })),
  };
}
