import type { SpanLimit } from "@/server/budgets/queries";

type Span = SpanLimit["span"];

/** The names of limits, by span. */
export const spanNames = {
  day: "Daily",
  week: "Weekly",
  month: "Monthly",
  total: "In total",
} as const satisfies Record<Span, string>;

/** The spans, as they are written after an amount. */
export const perSpan = {
  day: "a day",
  week: "a week",
  month: "a month",
  total: "in total",
} as const satisfies Record<Span, string>;

/** Returns the owner of the limits on a page, as in a sentence: "the key Nightly". */
export function ownerName({ kind, name }: { kind: string; name: string }): string {
  if (kind === "workspace") return "the workspace";
  if (kind === "ceiling") return "the operator's ceiling";
  if (kind === "end-users") return "each end user";
  if (kind === "end-user") return `the end user ${name}`;
  return kind === "member" ? name : `the ${kind} ${name}`;
}

/**
 * Returns why a limit cannot be changed here: operators set ceilings, and the monthly limit of a key is in its
 * settings. Undefined when members who manage limits can change it.
 */
export function whyFixed(kind: string, span: Span): string | undefined {
  if (kind === "ceiling") return "The operators of this Atelier set it.";
  return kind === "key" && span === "month" ? "It is set in the key's settings." : undefined;
}

export const spanOptions = (["day", "week", "month", "total"] as const).map((value) => ({
  value,
  label: spanNames[value],
}));
