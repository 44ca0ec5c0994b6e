import { orderOf, partsOf, placeOf, withQuery } from "@/app/_ui/page-query";
import { isDay } from "@/server/audit/input";

/** The query parameters of the page, in the order in which they are written. */
const parts = ["q", "person", "action", "type", "thing", "from", "to", "order", "after", "before", "page"] as const;

export type Query = Partial<Record<(typeof parts)[number], string>>;

export type View = {
  /** The parameters in the address, as they are written. */
  query: Query;
  /** What is wrong with a day; a wrong day does not filter. */
  problem: { field: "from" | "to"; message: string } | null;
  isFiltered: boolean;
};

/** Reads the query of an address. */
export function viewOf(given: Record<string, string | string[] | undefined>): View {
  const query: Query = {};
  for (const part of parts) {
    const value = [given[part]].flat()[0]?.trim();
    if (value) query[part] = value;
  }
  const { order, after, before, page, ...filters } = query;
  return { query, problem: problemOf(query), isFiltered: Object.keys(filters).length > 0 };
}

/** Returns the filters as the procedures take them. */
export function filtersOf({ query, problem }: View) {
  const { q, person, action, type, thing, from, to } = query;
  return {
    ...(q ? { search: q } : {}),
    ...(person ? { userId: person } : {}),
    ...(action ? { action } : {}),
    ...(type ? { type } : {}),
    ...(thing ? { thing } : {}),
    ...(from && !problem ? { from } : {}),
    ...(to && !problem ? { to } : {}),
  };
}

/** Returns the filters, the order and the page of the log, as the procedures that list it take them. */
export function listOf(view: View) {
  return { ...filtersOf(view), ...orderOf(view.query), ...placeOf(view.query) };
}

/** Returns the address with other parameters, without the current page unless it is among them. Empty parameters are removed. */
export function viewHref(path: string, { query }: Pick<View, "query">, changes: Query): string {
  const { after, before, page, ...kept } = query;
  return withQuery(path, partsOf<keyof Query>({ ...kept, ...changes }, parts));
}

function problemOf({ from, to }: Query): View["problem"] {
  const isReal = (day: string) => /^[12]\d{3}-\d{2}-\d{2}$/.test(day) && isDay(day);
  if (from && !isReal(from)) return { field: "from", message: "There is no such day." };
  if (to && !isReal(to)) return { field: "to", message: "There is no such day." };
  return from && to && to < from ? { field: "to", message: "The end date is before the start date." } : null;
}
