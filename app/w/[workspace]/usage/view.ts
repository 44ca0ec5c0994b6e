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

/** What the address says besides the range and the place in the list: what is shown of the range, and how. */
export const choiceParts = ["granularity", "group", "model", "operation", "route", "tag", "key", "member"] as const;

/** What the address of the page says, part by part. Nothing of it is kept anywhere else. */
const parts = ["range", "from", "to", ...choiceParts, "after", "before"] as const;

type Part = (typeof parts)[number];

export type Query = Partial<Record<Part, string>>;

export type View = {
  /** The parts that are said, as they are said. */
  query: Query;
  range: Range;
  groupBy: Grouping;
  granularity: Granularity | undefined;
  /** The endpoint that is chosen, if there is such a one. */
  operation: z.output<typeof operationName> | undefined;
  /** What is wrong with a custom range. */
  problem: { field: "from" | "to"; message: string } | null;
  isFiltered: boolean;
};

/** Reads an address. What it says of the range and the steps is taken as far as it is known; the rest is the default. */
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

/** What takes every filter out of an address. */
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

/** Returns an address with other parts, and without the page of requests one is on. An empty part is taken out. */
export function viewHref(path: string, { query }: View, changes: Query): string {
  const { after, before, ...kept } = query;
  return withQuery(path, partsOf<keyof Query>({ ...kept, ...changes }, parts));
}
