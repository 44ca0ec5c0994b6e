import { withQuery } from "./page-query";
import type { Column } from "./table";

/** A column, and which of the list's sorts it is, with the direction that sort has of its own. */
export type SortColumn = Column & { sortBy?: string; first?: "asc" | "desc" };

/** Where a list is and how it is sorted. */
export type Sorting = {
  path: string;
  /** What every page of the list keeps, its sort included. */
  kept: Record<string, string>;
  /** How it is sorted now, and what is left out of the address. */
  sort: string;
  otherwise: string;
  order?: "asc" | "desc" | undefined;
};

const names = { asc: "ascending", desc: "descending" } as const;

/**
 * Returns the columns with what makes their heads links. The first click sorts by a column, the second turns the order round, the
 * third leads back to how the list is sorted by itself. Without a sorting no head is one.
 */
export function sortable(columns: readonly SortColumn[], sorting: Sorting | undefined): Column[] {
  if (!sorting) return columns.map(({ sortBy, first, ...column }) => column);
  const { path, kept, sort, otherwise, order } = sorting;
  const { sort: _, order: __, ...rest } = kept;
  return columns.map(({ sortBy, first = "asc", ...column }) => {
    if (sortBy === undefined) return column;
    const by = (extra: Record<string, string>): Record<string, string> =>
      sortBy === otherwise ? extra : { sort: sortBy, ...extra };
    if (sortBy !== sort) return { ...column, sort: { href: withQuery(path, { ...rest, ...by({}) }) } };
    const direction = order ?? first;
    const turned = first === "asc" ? "desc" : "asc";
    const next = direction === first ? by({ order: turned }) : {};
    return { ...column, sort: { href: withQuery(path, { ...rest, ...next }), direction: names[direction] } };
  });
}
