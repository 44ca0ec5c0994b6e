/**
 * Describes which data of a table is in a person's export: the rows in which the column `person` has their id, with the
 * columns named here. A column that is not named stays out, so a column added by a later migration cannot leak a
 * secret.
 */
export type Section = {
  table: string;
  /** The column that holds the person's id. */
  person: string;
  /** The columns that order and identify the rows, with the type of each. */
  key: readonly (readonly [string, "uuid" | "text" | "timestamptz"])[];
  columns: readonly string[];
  /** The columns that hold bytes; they are sent in base64. */
  bytes?: readonly string[];
  /** A further condition on the rows, where the person's id alone does not decide. */
  also?: string;
};
