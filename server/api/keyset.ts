import { asc, desc, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { decodeCursor, keyParts, type Place } from "./cursors";

/** What rows are ordered by. `type` is PostgreSQL's, and `part` what its text must look like in a cursor. */
export type SortKey = { by: SQLWrapper; type: "timestamptz" | "text" | "int" | "bigint" | "uuid"; part: RegExp };

/** The moment a row was made, as a key to sort by. */
export const byMoment = (by: SQLWrapper): SortKey => ({ by, type: "timestamptz", part: keyParts.instant });

/** A row's id, by which rows that are equal otherwise are ordered. */
export const byId = (by: SQLWrapper): SortKey => ({ by, type: "uuid", part: keyParts.uuid });

/**
 * Returns the condition for the rows of a page and the order to read them in, which is the list's or, going back, the opposite one (`toPage`
 * turns it). A cursor that is none of this list's begins at its beginning.
 */
export function keyset(keys: readonly [SortKey, SortKey], order: "asc" | "desc", place: Place) {
  const isAscending = (order === "asc") !== (place.before !== undefined);
  const direction = isAscending ? asc : desc;
  const from = decodeCursor(
    place.before ?? place.after,
    keys.map(({ part }) => part),
  );
  const list = (values: SQL[]) => sql`(${sql.join(values, sql`, `)})`;
  const own = list(keys.map(({ by }) => sql`${by}`));
  const given = from && list(keys.map(({ type }, i) => sql`${from[i]}::${sql.raw(type)}`));
  return {
    isBeyond: given ? sql`${own} ${sql.raw(isAscending ? ">" : "<")} ${given}` : undefined,
    order: keys.map(({ by }) => direction(by)),
    isAscending,
  };
}
