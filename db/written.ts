import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { PgDialect, type PreparedQueryConfig } from "drizzle-orm/pg-core";
import { clientOf, type Db } from "./client";

const dialect = new PgDialect({ casing: "snake_case" });

type Values<Name extends string> = Record<Name, string | number | null>;
type Prepared<Rows> = { execute(values: Values<string>): Promise<Rows> };

/**
 * Returns a query whose SQL text is composed at its first use and then kept, for queries that every page runs.
 * Composing the text takes drizzle about as long as everything else that this process does for a query.
 *
 * @param names the names of the values that each call passes
 * @param build makes the query with a placeholder for each value. It is called once, so nothing else in the query may
 *   differ between calls
 */
export function once<const Name extends string, Rows, Of = Record<Name, Placeholder>>(
  names: readonly Name[],
  build: (db: Db, of: Of) => { prepare(name: string): Prepared<Rows> },
): (db: Db, values: Values<Name>) => Promise<Rows> {
  let made: Prepared<Rows> | undefined;
  return (db, values) => {
    made ??= build(db, placeholders<Of>(names)).prepare("");
    // Drizzle keeps the connection of the first call in the query. Each call uses the connection of its own transaction.
    const here: Prepared<Rows> = Object.create(made, { client: { value: clientOf(db) } });
    return here.execute(values);
  };
}

/** Does the same for a statement in SQL, whose type says what a row is. */
export function onceInSql<const Name extends string, Row, Of = Record<Name, Placeholder>>(
  names: readonly Name[],
  build: (of: Of) => SQL<Row>,
): (db: Db, values: Values<Name>) => Promise<Row[]> {
  return once(names, (db, of: Of) => ({
    prepare: () =>
      db._.session.prepareQuery<Returning<Row>>(dialect.sqlToQuery(build(of)), undefined, undefined, false),
  }));
}

type Returning<Row> = PreparedQueryConfig & { execute: Row[] };

function placeholders<Of>(names: readonly string[]): Of {
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as Of;
}
