import type { SpanLimit } from "@/server/budgets/queries";

type Span = SpanLimit["span"];

/** The names of limits by their spans. */
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

/** Returns whose limits a page shows, in a sentence: "the key Nightly". */
export function ownerName({ kind, name }: { kind: string; name: string }): string {
  if (kind === "workspace") return "the workspace";
  if (kind === "ceiling") return "the operator's ceiling";
  if (kind === "end-users") return "each end user";
  if (kind === "end-user") return `the end user ${name}`;
  return kind === "member" ? name : `the ${kind} ${name}`;
}

/**
 * Returns why a limit can be changed by no member, only elsewhere: a ceiling by operators, the month of a key in its settings. Undefined when
 * those who manage limits can.
 */
export function whyFixed(kind: string, span: Span): string | undefined {
  if (kind === "ceiling") return "The operators of this Atelier set it.";
  return kind === "key" && span === "month" ? "It is set in the key's settings." : undefined;
}

export const spanOptions = (["day", "week", "month", "total"] as const).map((value) => ({
  value,
  label: spanNames[value],
}));
