import postgres from "postgres";
import { parseConnectionString } from "./connection-string";

/**
 * Makes a client for a connection string; it connects when it is first used. All code that connects to PostgreSQL
 * uses this function, so that a string means the same everywhere.
 *
 * @param name the name of the variable with the string, for messages
 * @throws ConnectionStringError
 */
export function connect(
  url: string,
  options: postgres.Options<Record<string, postgres.PostgresType>> = {},
  name?: string,
): postgres.Sql {
  const target = parseConnectionString(url, name);
  // The driver's types allow only a single host, and every parameter must be present.
  const merged: object = {
    onnotice: () => {},
    ...options,
    ...target,
    connection: { ...options.connection, ...target.connection },
  };
  return postgres(merged);
}
