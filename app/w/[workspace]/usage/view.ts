import type { z } from "zod";
import { partsOf, withQuery } from "@/app/_ui/page-query";
import {
  customProblem,
  type Granularity,
  type Grouping,
  granularities,
  groupings,
  operationName,
  type Range,
  ranges,
} from "@/server/usage/input";

/** The query parameters besides the range and the position in the list: filters and display. */
export const choiceParts = ["granularity", "group", "model", "operation", "route", "tag", "key", "member"] as const;

/** The query parameters of the page. They are stored only in the address. */
const parts = ["range", "from", "to", ...choiceParts, "after", "before"] as const;

type Part = (typeof parts)[number];

export type Query = Partial<Record<Part, string>>;

export type View = {
  /** The parameters that are given, unchanged. */
  query: Query;
  range: Range;
  groupBy: Grouping;
  granularity: Granularity | undefined;
  /** The selected endpoint, if it exists. */
  operation: z.output<typeof operationName> | undefined;
  /** The error of a custom range. */
  problem: { field: "from" | "to"; message: string } | null;
  isFiltered: boolean;
};

/** Parses an address. Unknown values of the range and the granularity are replaced by the default. */
export function viewOf(given: Record<string, string | string[] | undefined>, now: Date): View {
  const query: Query = {};
  for (const part of parts) {
    const value = [given[part]].flat()[0];
    if (value) query[part] = value;
  }
  const operation = operationName.safeParse(query.operation).data;
  if (!operation) delete query.operation;
  const range = ranges.find((each) => each === query.range) ?? "7d";
  return {
    query,
    range,
    groupBy: groupings.find((each) => each === query.group) ?? "model",
    granularity: granularities.find((each) => each === query.granularity),
    operation,
    problem: range === "custom" ? customProblem(query, now) : null,
    isFiltered: Boolean(query.model || query.operation || query.route || query.tag || query.key || query.member),
  };
}

/** The changes that remove every filter from an address. */
export const unfiltered: Query = { model: "", operation: "", route: "", tag: "", key: "", member: "" };

/** Returns the range and the filters as the procedures take them. */
export function selectionOf({ query, range, operation }: View) {
  return {
    range,
    ...(range === "custom" ? { from: query.from, to: query.to } : {}),
    ...(query.model ? { model: query.model } : {}),
    ...(operation ? { operation } : {}),
    ...(query.route ? { route: query.route } : {}),
    ...(query.tag ? { tag: query.tag } : {}),
    ...(query.key ? { keyId: query.key } : {}),
    ...(query.member ? { userId: query.member } : {}),
  };
}

/** Returns the whole report as the procedures take it. */
export function reportOf(view: View) {
  const { groupBy, granularity } = view;
  return { ...selectionOf(view), groupBy, ...(granularity ? { granularity } : {}) };
}

/** Returns an address with changed parameters, without the page of requests. An empty value removes a parameter. */
export function viewHref(path: string, { query }: View, changes: Query): string {
  const { after, before, ...kept } = query;
  return withQuery(path, partsOf<keyof Query>({ ...kept, ...changes }, parts));
}
