import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

const dialect = new PgDialect({ casing: "snake_case" });

/**
 * Returns a part of a statement as its text, which is put together here once instead of at each use: for a statement of many parts that every
 * page asks.
 *
 * @throws Error when the part has parameters: they would be those of its first use
 */
export function written(part: SQL): SQL {
  const { sql: text, params } = dialect.sqlToQuery(part);
  if (params.length > 0) throw new Error("a part with parameters cannot be written once");
  return sql.raw(text);
}
