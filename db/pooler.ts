import type postgres from "postgres";
import { connectAsApplication } from "./client";

/** A pooler between the application and PostgreSQL lacks a needed function. The message says which, and what to set. */
export class PoolerError extends Error {
  override readonly name = "PoolerError";
}

/** Whether the check has passed in this process. The abilities of a pooler do not change while it runs. */
const shared = globalThis as { atelierPoolerChecked?: boolean };

/**
 * Checks, once per process, that the application's connections keep prepared statements and accept its settings. A
 * pooler in transaction mode gives each transaction any free connection, so a statement that was prepared on one
 * connection is unknown on the next, unless the pooler handles prepared statements. The check runs one statement
 * twice, with a transaction of another connection in between.
 *
 * @throws PoolerError; or the driver's error when there is no answer
 */
export async function checkPooler(): Promise<void> {
  if (shared.atelierPoolerChecked) return;
  const pool = connectAsApplication({ max: 2 });
  const reserved: postgres.ReservedSql[] = [];
  try {
    for (let i = 0; i < 2; i++) {
      // `reserve` needs an open connection: without `fetch_types`, the driver never resolves it for a connection that
      // it still has to open.
      await pool`select`;
      reserved.push(await pool.reserve());
    }
    const [first, second] = reserved as [postgres.ReservedSql, postgres.ReservedSql];
    const before = await inTransaction(first);
    // Until the second connection has used another backend, or often enough to see that it does not.
    for (let round = 0; round < 3; round++) {
      await second.unsafe("begin");
      await backendOf(second);
      const moved = inTransaction(first);
      // A pooler with a single connection answers only when the other connection has released it.
      await Promise.race([moved.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1_000))]);
      await second.unsafe("commit");
      if ((await moved) !== before) break;
    }
    shared.atelierPoolerChecked = true;
  } catch (error) {
    throw explained(error);
  } finally {
    for (const connection of reserved) connection.release();
    await pool.end({ timeout: 1 });
  }
}

/** Returns the process number of the backend, with a prepared statement. */
async function backendOf(connection: postgres.Sql): Promise<number> {
  const [row] = await connection<{ pid: number }[]>`select pg_backend_pid() as pid where ${1}::int = 1`;
  return row?.pid ?? 0;
}

/** Runs the check in a transaction. There the driver cannot prepare a lost statement again, so it reports the error. */
async function inTransaction(connection: postgres.Sql): Promise<number> {
  await connection.unsafe("begin");
  const pid = await backendOf(connection);
  await connection.unsafe("commit");
  return pid;
}

const lostStatements = new Set(["26000", "42P05", "25P02", "08P01"]);

function explained(error: unknown): unknown {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  const refused = /unsupported startup parameter(?: in options)?:? *([\w.]*)/.exec(message);
  if (refused)
    return new PoolerError(
      `The pooler in front of PostgreSQL refuses the setting ${refused[1]}. In PgBouncer: ignore_startup_parameters = statement_timeout,lock_timeout,idle_in_transaction_session_timeout,max_parallel_workers_per_gather; and let DATABASE_APP_URL have a login of its own (docs/operating.md, Poolers).`,
      { cause: error },
    );
  if (lostStatements.has(code) || /prepared statement/.test(message))
    return new PoolerError(
      "The pooler in front of PostgreSQL forgets prepared statements. Use PgBouncer 1.21 or newer with max_prepared_statements above 0, or its session mode (docs/operating.md, Poolers).",
      { cause: error },
    );
  return error;
}
