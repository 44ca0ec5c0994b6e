/** What the address of a list says. */
export type ListQuery = { q?: string; sort?: string; state?: string; after?: string; before?: string };

/** Returns the address's part as a list procedure takes it; a sort or state that there is not is the first one. */
export function listInput<Sort extends string, State extends string>(
  { q, sort, state, after, before }: ListQuery,
  sorts: readonly [Sort, ...Sort[]],
  states: readonly [State, ...State[]],
) {
  return {
    ...(q ? { search: q } : {}),
    sort: sorts.find((each) => each === sort) ?? sorts[0],
    state: states.find((each) => each === state) ?? states[0],
    ...(after ? { after } : before ? { before } : {}),
  };
}

/** Returns what of a list's address a neighbouring page keeps. */
export function keptOf({ q, sort, state }: ListQuery): Record<string, string> {
  return { ...(q ? { q } : {}), ...(sort ? { sort } : {}), ...(state ? { state } : {}) };
}

/** Returns the address of a neighbouring page. Undefined where there is none. */
export function pageHref(
  here: string,
  query: ListQuery,
  direction: "before" | "after",
  cursor: string | null,
): string | undefined {
  return cursor ? `${here}?${new URLSearchParams({ ...keptOf(query), [direction]: cursor })}` : undefined;
}

/** Returns a record without one of its entries. */
export function without(kept: Record<string, string>, ...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(kept).filter(([name]) => !names.includes(name)));
}
