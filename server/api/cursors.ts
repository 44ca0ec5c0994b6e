import { parseJson } from "@/server/platform/json/parse";

/** One page of a list, with the cursors of the links to the neighbouring pages. */
export type Page<Row> = { rows: Row[]; previous: string | null; next: string | null };

/** Where a page begins: after or before the row whose sort key is in the cursor. */
export type Place = { after?: string | undefined; before?: string | undefined };

/** Returns a sort key as a cursor: Base64url of its JSON. */
export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/**
 * The form that each part of a sort key must have. It is checked because a cursor comes from the address bar and goes
 * into a query.
 */
export const keyParts = {
  instant: /^\d{4,6}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?[+-]\d{2}(:\d{2}){0,2}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  keyId: /^[0-9A-Za-z]{12}$/,
  /** A name or an e-mail address. The longest possible one has 320 characters. */
  name: /^[^\p{Cc}\ud800-\udfff]{0,320}$/u,
};

/**
 * Returns the sort key in a cursor. Returns null when the cursor is not one of ours; the list then starts from its
 * beginning.
 */
export function decodeCursor(cursor: string | undefined, parts: RegExp[]): string[] | null {
  if (!cursor) return null;
  try {
    const key = parseJson(Buffer.from(cursor, "base64url"));
    const isKey =
      Array.isArray(key) &&
      key.length === parts.length &&
      parts.every((part, i) => typeof key[i] === "string" && part.test(key[i]));
    return isKey ? key : null;
  } catch {
    return null;
  }
}

/**
 * Makes a page from the rows that a keyset query found. The query fetched one row more than `size`, in the order of
 * the list or, when going back, in the opposite order.
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
