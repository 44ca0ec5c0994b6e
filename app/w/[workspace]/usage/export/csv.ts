import { csvLine, csvHead as headLine } from "@/app/_ui/csv";
import { classHead, classNames } from "@/app/w/[workspace]/_shared/class-text";
import type { Grouping } from "@/server/usage/input";
import type { ReportRow } from "@/server/usage/report";

const groupHeads: Record<Grouping, string[]> = {
  none: [],
  model: ["model"],
  operation: ["operation"],
  route: ["route"],
  tag: ["tag"],
  key: ["key_id", "key"],
  member: ["member_id", "member"],
};

const heads = [
  "requests",
  "errors",
  "tokens_in",
  "tokens_out",
  "cost",
  "currency",
  "latency_p50_ms",
  "latency_p95_ms",
  "latency_p99_ms",
  ...classNames.map((name) => classHead[name]),
];

/** Returns the first line: what the columns are. */
export function csvHead(groupBy: Grouping): string {
  return headLine(["start", ...groupHeads[groupBy], ...heads]);
}

/** Returns a part of a report as lines. Times are in UTC, money is decimal with six places. */
export function csvLines({ rows, currency }: { rows: ReportRow[]; currency: string }, groupBy: Grouping): string {
  return rows
    .map(({ step, group, ...figures }) => {
      const named = {
        none: [],
        model: [group.id],
        operation: [group.id],
        route: [group.id],
        tag: [group.id],
        key: [group.id, group.name],
        member: [group.id, group.name],
      }[groupBy];
      const { requests, errors, promptTokens, completionTokens, cost, latency, classes } = figures;
      return csvLine([
        `${step.toISOString().slice(0, 19)}Z`,
        ...named,
        requests,
        errors,
        promptTokens,
        completionTokens,
        decimal(cost),
        currency,
        latency.p50 ?? "",
        latency.p95 ?? "",
        latency.p99 ?? "",
        ...classNames.map((name) => classes[name] ?? 0),
      ]);
    })
    .join("");
}

/** Formats micro-units as a decimal, exactly. */
function decimal(micro: number): string {
  const digits = String(micro).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
