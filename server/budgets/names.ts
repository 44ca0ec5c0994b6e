import type { SpanLimit, Subject } from "./queries";

/** The words for the span of a limit, after its amount. */
export const spanWords = {
  day: "a day",
  week: "a week",
  month: "a month",
  total: "in total",
} as const satisfies Record<SpanLimit["span"], string>;

/** Returns the words for a ceiling on a number: "5 keys", "512 MB of files". */
export function countWords(measure: string, count: number): string {
  const number = count.toLocaleString("en-US");
  if (measure === "files") return `${number} MB of files`;
  return `${number} ${count === 1 ? measure.slice(0, -1) : measure}`;
}

/** Returns the name of a limit's owner: "The workspace", "The key Production". */
export function nameOf({ kind, name }: Pick<Subject, "kind" | "name">): string {
  if (kind === "workspace") return "The workspace";
  if (kind === "ceiling") return "The operator's ceiling for the workspace";
  if (kind === "end-users") return "Each end user";
  if (kind === "end-user") return `The end user ${name}`;
  return kind === "member" ? `The keys of ${name}` : `The ${kind} ${name}`;
}
