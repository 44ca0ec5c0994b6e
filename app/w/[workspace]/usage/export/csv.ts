import type { Grouping } from "@/server/usage/input";
import type { ReportRow } from "@/server/usage/report";

const groupHeads: Record<Grouping, string[]> = {
  none: [],
  model: ["model"],
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
];

/** The first line: what the columns are. */
export function csvHead(groupBy: Grouping): string {
  return line(["start", ...groupHeads[groupBy], ...heads]);
}

/** A part of a report as lines. Times are in UTC, money is decimal with six places. */
export function csvLines({ rows, currency }: { rows: ReportRow[]; currency: string }, groupBy: Grouping): string {
  return rows
    .map(({ step, group, ...figures }) => {
      const named = { none: [], model: [group.id], key: [group.id, group.name], member: [group.id, group.name] }[
        groupBy
      ];
      const { requests, errors, promptTokens, completionTokens, cost, latency } = figures;
      return line([
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
      ]);
    })
    .join("");
}

/** Micro-units as a decimal, exactly. */
function decimal(micro: number): string {
  const digits = String(micro).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

const line = (cells: (string | number)[]) => `${cells.map(cell).join(",")}\r\n`;

/**
 * A cell. A spreadsheet would run one that begins like a formula, whatever quotes are around it, so that begins with an
 * apostrophe, which spreadsheets take for "this is text".
 */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@＝＋－＠\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
