import { numberFormat } from "./formats";

/** A part of an address's query, as Next.js gives it. */
export type QueryValue = string | string[] | undefined;

/** Where in a list an address is: after or before a row. */
export type Place = { after?: string; before?: string };

/** What the address of a list says: what is searched for, how it is sorted, and which page of the list it is on. */
export type ListQuery = Place & { q?: string; sort?: string; order?: string; page?: string };

/** Returns a part of the query that is said once; undefined where it is missing or said several times. */
export function single(value: QueryValue): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Returns the place as a list procedure takes it. Where an address names two, it is `after`. */
export function placeOf({ after, before }: Place): Place {
  return after ? { after } : before ? { before } : {};
}

/** Returns the address's part as a list procedure takes it: the search and the place. */
export function listInput(query: ListQuery): Place & { search?: string } {
  return { ...(query.q ? { search: query.q } : {}), ...placeOf(query) };
}

/** Returns the named parts of a query that say something: what a search, a filter or another page of a list keeps. */
export function partsOf<Name extends string>(
  query: { [Part in Name]?: string | undefined },
  names: readonly Name[],
): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
}

/** Returns a path with a query, or without one when there is nothing to say. */
export function withQuery(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}

/** Returns the direction an address asks for; undefined is the sort's own. */
export function orderOf({ order }: { order?: string }): { order?: "asc" | "desc" } {
  return order === "asc" || order === "desc" ? { order } : {};
}

/**
 * Returns what a `Pager` shows: the addresses of the previous and the next page of a list, with what every page of it keeps, and
 * which rows these are. Lists are not counted through: the address carries along how many pages one has come, and where it does
 * not, nothing is said.
 *
 * @param size how many rows a full page has
 * @param total how many rows there are in all, where that is known exactly
 */
export function pagerOf(
  path: string,
  kept: Record<string, string>,
  { rows, previous, next }: { rows: unknown[]; previous: string | null; next: string | null },
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

/** Returns how many rows a list has, for `pagerOf`, where that is known: it is not counted beyond `most`, nor of a part of the list. */
export function totalOf(total: number, most: number, isPart: boolean): number | undefined {
  return isPart || total >= most ? undefined : total;
}

const rangeText = (first: number, last: number, total: number | undefined) =>
  `${whole(first)}–${whole(last)}${total !== undefined && total >= last ? ` of ${whole(total)}` : ""}`;

const whole = (value: number) => numberFormat({ maximumFractionDigits: 0 }).format(value);

/** Returns the rows of a page that an address names, as a `SelectionBar` writes it; none where it names none of them. */
export function chosenOf<Row>(rows: readonly Row[], named: QueryValue, idOf: (row: Row) => string): Row[] {
  const ids = new Set([named ?? []].flat());
  return rows.filter((row) => ids.has(idOf(row)));
}

/** Returns what `?dialog=` says: which dialog, and what a row's menu item (`RowMenuItem`) says it is about. */
export function readDialog(value: string | undefined): { dialog: string | undefined; about: string | undefined } {
  const [, dialog, about] = /^([^:]*)(?::(.*))?$/s.exec(value ?? "") ?? [];
  return { dialog: dialog || undefined, about };
}
