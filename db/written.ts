import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { clientOf, type Db } from "./client";

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

type Prepared<Rows> = { execute(values: Record<string, string | number>): Promise<Rows> };

/**
 * Returns a query whose text is composed at its first use and kept, for queries of every page: composing a statement
 * takes drizzle about as long as everything else that this process does for it.
 *
 * @param names the values that each use gives
 * @param build makes the query with placeholders for these values; called once, so nothing else in it may change
 * between uses
 */
export function once<const Name extends string, Rows, Of = Record<Name, Placeholder>>(
  names: readonly Name[],
  build: (db: Db, of: Of) => { prepare(name: string): Prepared<Rows> },
): (db: Db, values: Record<Name, string | number>) => Promise<Rows> {
  let made: Prepared<Rows> | undefined;
  return (db, values) => {
    made ??= build(db, Object.fromEntries(names.map((name) => [name, sql.placeholder<string>(name)])) as Of).prepare(
      "",
    );
    // Drizzle binds a query to the connection on which it was made; here it is sent on the caller's connection.
    const here: Prepared<Rows> = Object.create(made, { client: { value: clientOf(db) } });
    return here.execute(values);
  };
}
