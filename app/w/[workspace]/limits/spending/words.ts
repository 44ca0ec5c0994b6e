import type { SpanLimit } from "@/server/budgets/queries";

type Span = SpanLimit["span"];

/** What a limit is called by its span. */
export const spanNames = {
  day: "Daily",
  week: "Weekly",
  month: "Monthly",
  total: "In total",
} as const satisfies Record<Span, string>;

/** Says over what a limit is counted, after its amount. */
export const perSpan = {
  day: "a day",
  week: "a week",
  month: "a month",
  total: "in total",
} as const satisfies Record<Span, string>;

/** Names whose limits a page shows. */
export function ownerName({ kind, name }: { kind: string; name: string }): string {
  if (kind === "workspace") return "the workspace";
  if (kind === "ceiling") return "the operator's ceiling";
  return kind === "member" ? name : `the ${kind} ${name}`;
}

export const spanOptions = (["day", "week", "month", "total"] as const).map((value) => ({
  value,
  label: spanNames[value],
}));
