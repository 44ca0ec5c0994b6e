/** One page of a list, with what the neighbours' links need: opaque to whoever passes them on. */
export type Page<Row> = { rows: Row[]; previous: string | null; next: string | null };

/** Where a page begins: after or before a row, whose sort key the cursor holds. */
export type Place = { after?: string | undefined; before?: string | undefined };

/** A sort key as a cursor: Base64url of its JSON. */
export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** The sort key in a cursor, or null when it is not one of ours; then the list begins at its beginning. */
export function decodeCursor(cursor: string | undefined, length: number): string[] | null {
  if (!cursor) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(key) && key.length === length && key.every((part) => typeof part === "string") ? key : null;
  } catch {
    return null;
  }
}

/**
 * Cuts a page out of the rows a keyset query found. The query fetched one row more than `size`, in the list's order
 * or, going back, in the opposite one.
 */
export function toPage<Row>(
  found: Row[],
  size: number,
  place: Place,
  keyOf: (row: Row) => readonly string[],
): Page<Row> {
  const isBackward = place.before !== undefined;
  const hasMore = found.length > size;
  const rows = hasMore ? found.slice(0, size) : found;
  if (isBackward) rows.reverse();
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    rows,
    previous: first && (isBackward ? hasMore : place.after !== undefined) ? encodeCursor(keyOf(first)) : null,
    next: last && (isBackward || hasMore) ? encodeCursor(keyOf(last)) : null,
  };
}
