import { asc, desc, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { decodeCursor, keyParts, type Place } from "./cursors";

/** A column that a list is sorted by. `type` is its PostgreSQL type, `part` the form of its text in a cursor. */
export type SortKey = { by: SQLWrapper; type: "timestamptz" | "text" | "int" | "bigint" | "uuid"; part: RegExp };

/** Returns the sort key for a column with the moment at which a row was made. */
export const byMoment = (by: SQLWrapper): SortKey => ({ by, type: "timestamptz", part: keyParts.instant });

/** Returns the sort key for a column with ids, which puts rows that are otherwise equal in order. */
export const byId = (by: SQLWrapper): SortKey => ({ by, type: "uuid", part: keyParts.uuid });

/**
 * Returns the condition that selects the rows of a page, and the order to read them in: that of the list or, when
 * going back, the opposite one (`toPage` reverses the rows then). A cursor that is invalid for this list is ignored.
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
