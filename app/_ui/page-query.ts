import { numberFormat } from "./formats";

/** A part of an address's query, as Next.js gives it. */
export type QueryValue = string | string[] | undefined;

/** A position in a list: after or before a row. */
export type Place = { after?: string; before?: string };

/** A page of a list, as a list procedure returns it. */
type PageOfRows = { rows: unknown[]; previous: string | null; next: string | null };

/** The query of a list's address: the search, the sorting and the page of the list. */
export type ListQuery = Place & { q?: string; sort?: string; order?: string; page?: string };

/** Returns a query parameter that is given exactly once; undefined when it is missing or repeated. */
export function single(value: QueryValue): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Returns the position as a list procedure takes it. If an address has both, `after` applies. */
export function placeOf({ after, before }: Place): Place {
  return after ? { after } : before ? { before } : {};
}

/** Returns the search and the position, as a list procedure takes them. */
export function listInput(query: ListQuery): Place & { search?: string } {
  return { ...(query.q ? { search: query.q } : {}), ...placeOf(query) };
}

/** Returns the named query parameters that have a value: what a search, a filter or another page of a list keeps. */
export function partsOf<Name extends string>(
  query: { [Part in Name]?: string | undefined },
  names: readonly Name[],
): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
}

/** Returns a path with a query, or the path alone when the query is empty. */
export function withQuery(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}

/** Returns the direction that an address asks for; undefined: the default of the sort. */
export function orderOf({ order }: { order?: string }): { order?: "asc" | "desc" } {
  return order === "asc" || order === "desc" ? { order } : {};
}

/**
 * Returns the props of a `Pager`: the addresses of the previous and the next page of a list, with the parameters that
 * every page keeps, and which rows are shown. Rows are not counted: the address carries how many pages came before;
 * without that, no row numbers are shown.
 *
 * @param size how many rows a full page has
 * @param total how many rows there are in total, when that is known exactly
 */
export function pagerOf(
  path: string,
  kept: Record<string, string>,
  { rows, previous, next }: PageOfRows,
  { page }: { page?: string | undefined },
  { size = 50, total }: { size?: number; total?: number | undefined } = {},
): { previousHref?: string; nextHref?: string; summary?: string } {
  const come = /^[1-9]\d{0,5}$/.test(page ?? "") ? Number(page) : undefined;
  const number = previous === null ? 1 : come === 1 ? undefined : come;
  const at = (n: number): Record<string, string> => (n > 1 ? { page: String(n) } : {});
  const first = number === undefined ? undefined : (number - 1) * size + 1;
  return {
    ...(previous ? { previousHref: withQuery(path, { ...kept, before: previous, ...at((number ?? 1) - 1) }) } : {}),
    ...(next ? { nextHref: withQuery(path, { ...kept, after: next, ...(number ? at(number + 1) : {}) }) } : {}),
    ...(first === undefined || rows.length === 0 ? {} : { summary: rangeText(first, first + rows.length - 1, total) }),
  };
}

/**
 * Returns how many rows a list has, for `pagerOf`; undefined when unknown: rows are not counted beyond `most`, nor for
 * a filtered list.
 */
export function totalOf(total: number, most: number, isPart: boolean): number | undefined {
  return isPart || total >= most ? undefined : total;
}

/**
 * Returns how many rows a filter leaves: "7", or "50+" for more than a page. Counting them all would take longer than
 * reading the page.
 */
export function matchingOf({ rows, previous, next }: PageOfRows, size = 50): string {
  return previous === null && next === null ? whole(rows.length) : `${whole(size)}+`;
}

const rangeText = (first: number, last: number, total: number | undefined) =>
  `${whole(first)}–${whole(last)}${total !== undefined && total >= last ? ` of ${whole(total)}` : ""}`;

const whole = (value: number) => numberFormat({ maximumFractionDigits: 0 }).format(value);

/** Returns the rows that an address names, as a `SelectionBar` writes it; empty when it names none of this page. */
export function chosenOf<Row>(rows: readonly Row[], named: QueryValue, idOf: (row: Row) => string): Row[] {
  const ids = new Set([named ?? []].flat());
  return rows.filter((row) => ids.has(idOf(row)));
}

/** Parses `?dialog=`: the name of the dialog, and its object when a row's menu item (`RowMenuItem`) names one. */
export function readDialog(value: string | undefined): { dialog: string | undefined; about: string | undefined } {
  const [, dialog, about] = /^([^:]*)(?::(.*))?$/s.exec(value ?? "") ?? [];
  return { dialog: dialog || undefined, about };
}
