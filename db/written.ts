import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { PgDialect, type PreparedQueryConfig } from "drizzle-orm/pg-core";
import { clientOf, type Db } from "./client";

const dialect = new PgDialect({ casing: "snake_case" });

type Values<Name extends string> = Record<Name, string | number | null>;
type Prepared<Rows> = { execute(values: Values<string>): Promise<Rows> };

/**
 * Returns a query whose text is put together at its first use and kept, for what every page asks: to write a statement takes drizzle about as
 * long as all else that this process does for it.
 *
 * @param names what each use gives a value for
 * @param build makes the query, with these in place of values; called once, so that nothing else in it may change from use to use
 */
export function once<const Name extends string, Rows, Of = Record<Name, Placeholder>>(
  names: readonly Name[],
  build: (db: Db, of: Of) => { prepare(name: string): Prepared<Rows> },
): (db: Db, values: Values<Name>) => Promise<Rows> {
  let made: Prepared<Rows> | undefined;
  return (db, values) => {
    made ??= build(db, placeholders<Of>(names)).prepare("");
    // Drizzle keeps with a query the connection that it was made on: it is sent on the one that it is asked on.
    const here: Prepared<Rows> = Object.create(made, { client: { value: clientOf(db) } });
    return here.execute(values);
  };
}

/** Returns likewise a statement that is written in SQL; each row is as it says. */
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
