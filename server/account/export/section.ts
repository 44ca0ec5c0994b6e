/**
 * What of a table goes into a person's export: the rows in which `person` is their id, by the columns named here.
 * A column that is not named stays out: a secret cannot slip in with a later migration.
 */
export type Section = {
  table: string;
  /** The column that holds the person's id. */
  person: string;
  /** What the rows are ordered by and told apart by, with each column's type. */
  key: readonly (readonly [string, "uuid" | "text" | "timestamptz"])[];
  columns: readonly string[];
  /** Those of the columns that hold bytes: they are sent in base64. */
  bytes?: readonly string[];
  /** What else must hold of a row, where the id alone does not say whose it is. */
  also?: string;
};
