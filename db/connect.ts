import postgres from "postgres";
import { parseConnectionString } from "./connection-string";

/**
 * Makes a client for a connection string; it connects when it is first used. Everything here that speaks to PostgreSQL
 * goes through this, so that one string means the same everywhere.
 *
 * @param name the variable the string came from, for messages
 * @throws ConnectionStringError
 */
export function connect(
  url: string,
  options: postgres.Options<Record<string, postgres.PostgresType>> = {},
  name?: string,
): postgres.Sql {
  const target = parseConnectionString(url, name);
  // Its types let a connection have a single host, and no parameter left out.
  const merged: object = {
    onnotice: () => {},
    ...options,
    ...target,
    connection: { ...options.connection, ...target.connection },
  };
  return postgres(merged);
}
