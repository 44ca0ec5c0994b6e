/** A part of an address's query, as Next.js gives it. */
export type QueryValue = string | string[] | undefined;

/** Where in a list an address is: after or before a row. */
export type Place = { after?: string; before?: string };

/** What the address of a list says: what is searched for, and which page of the list it is on. */
export type ListQuery = Place & { q?: string };

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

/** Returns the addresses for a `Pager`: of the previous and the next page of a list, with what every page of it keeps. */
export function pagerHrefs(
  path: string,
  kept: Record<string, string>,
  { previous, next }: { previous: string | null; next: string | null },
): { previousHref?: string; nextHref?: string } {
  return {
    ...(previous ? { previousHref: withQuery(path, { ...kept, before: previous }) } : {}),
    ...(next ? { nextHref: withQuery(path, { ...kept, after: next }) } : {}),
  };
}

/** Returns what `?dialog=` says: which dialog, and what a row's menu item (`RowMenuItem`) says it is about. */
export function readDialog(value: string | undefined): { dialog: string | undefined; about: string | undefined } {
  const [, dialog, about] = /^([^:]*)(?::(.*))?$/s.exec(value ?? "") ?? [];
  return { dialog: dialog || undefined, about };
}
