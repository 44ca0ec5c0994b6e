import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

const dialect = new PgDialect({ casing: "snake_case" });

/**
 * Returns a part of a statement as text that is composed here once instead of at each use: for a long statement that
 * every page runs.
 *
 * @throws Error when the part has parameters, because those of its first use would be kept
 */
export function written(part: SQL): SQL {
  const { sql: text, params } = dialect.sqlToQuery(part);
  if (params.length > 0) throw new Error("a part with parameters cannot be written once");
  return sql.raw(text);
}
