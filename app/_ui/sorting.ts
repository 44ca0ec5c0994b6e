import { withQuery } from "./page-query";
import type { Column } from "./table";

/** A column, which of the list's sorts it stands for, and the default direction of that sort. */
export type SortColumn = Column & { sortBy?: string; first?: "asc" | "desc" };

/** The address of a list and how it is sorted. */
export type Sorting = {
  path: string;
  /** Query parameters that every page of the list keeps, including the sort. */
  kept: Record<string, string>;
  /** The present sort, and the default one, which is left out of the address. */
  sort: string;
  otherwise: string;
  order?: "asc" | "desc" | undefined;
};

const names = { asc: "ascending", desc: "descending" } as const;

/**
 * Returns the columns with their heads as links. The first click sorts by a column, the second reverses the order, the
 * third returns to the default sort. Without `sorting` no head is a link.
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
