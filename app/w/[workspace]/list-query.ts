/** What the address of a list says: what is searched for, and which page it is on. */
export type ListQuery = { q?: string; after?: string; before?: string };

/** Returns the address's part as a list procedure takes it. */
export function listInput({ q, after, before }: ListQuery) {
  return { ...(q ? { search: q } : {}), ...(after ? { after } : {}), ...(before && !after ? { before } : {}) };
}

/** Returns the address of a neighbouring page, keeping the search. Undefined where there is none. */
export function listHref(
  here: string,
  { q }: ListQuery,
  direction: "before" | "after",
  cursor: string | null,
): string | undefined {
  if (!cursor) return undefined;
  return `${here}?${new URLSearchParams({ ...(q ? { q } : {}), [direction]: cursor })}`;
}
