import type { PgDatabase } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import { env } from "@/server/platform/env";
import { tracer } from "@/server/platform/tracing/tracing";
import { limitAcquisition } from "./acquire";
import { connect } from "./connect";
import { guardTransactions } from "./guard";
import { ownChangeSeconds } from "./standby";
import { traceStatements } from "./traced-statements";
import { acquireTransactionSlot } from "./transaction-slots";

/** A drizzle database or one of its transactions, the first parameter of every query function. */
export type Db = PgDatabase<PostgresJsQueryResultHKT>;

/**
 * What row-level security lets a transaction see: a person's own rows, or a workspace's rows. With `asOperator` it
 * works as the role `atelier_operator`, for an operator, and sees what the grants and policies of that role allow.
 */
export type Scope = { userId?: string; workspaceId?: string; asOperator?: boolean };

/**
 * The id under which the instance's own events are stored in the tables of the audit log. No workspace has this id,
 * so a transaction inside a workspace never sees them.
 */
export const instanceLog = "00000000-0000-0000-0000-000000000000";

type Connections = { pool: postgres.Sql; read: Db; write: Db };

/** Which server: the primary, or the standby of `DATABASE_READ_URL`, which lags behind it. */
export type Server = "primary" | "standby";

// Next's bundle and the gateway's each have a copy of this module in the same process; this makes them share the
// pools.
const shared = globalThis as { atelierDatabases?: Map<string, Connections> };
shared.atelierDatabases ??= new Map();
const opened = shared.atelierDatabases;

function connections(server: Server = "primary"): Connections {
  const key = `${server} ${addressOf(server).url}`;
  const found = opened.get(key);
  if (found) return found;
  const made = open(server);
  opened.set(key, made);
  return made;
}

/** Returns the connection string of a server, and the name of the variable that it is from. */
function addressOf(server: Server): { url: string; name: string } {
  const { DATABASE_URL, DATABASE_APP_URL, DATABASE_READ_URL } = env();
  if (server === "primary")
    return DATABASE_APP_URL
      ? { url: DATABASE_APP_URL, name: "DATABASE_APP_URL" }
      : { url: DATABASE_URL, name: "DATABASE_URL" };
  if (!DATABASE_READ_URL) throw new Error("There is no DATABASE_READ_URL.");
  return { url: DATABASE_READ_URL, name: "DATABASE_READ_URL" };
}

/** How long a statement or a transaction waits for a connection, in milliseconds. */
const patienceMs = 3_000;

function open(server: Server): Connections {
  const made = connectAsApplication({ max: env().DATABASE_POOL, idle_timeout: 300 }, server);
  const pool = limitAcquisition(tracer() ? traceStatements(made) : made, patienceMs);
  const over = (begin: string) => drizzle({ client: guardTransactions(pool, begin), casing: "snake_case" }) as Db;
  return { pool, read: over("read only"), write: over("read write") };
}

/** Returns a client that works as `atelier_app`, with the time limits of all connections of the application. */
export function connectAsApplication(
  options: { max: number; idle_timeout?: number },
  server: Server = "primary",
): postgres.Sql {
  const { url, name } = addressOf(server);
  const settings = {
    ...options,
    connect_timeout: 5,
    // Without it, no array types are loaded (none are sent), and a connection that breaks while loading them causes
    // no unhandled rejection.
    fetch_types: false,
    // Seconds between attempts to reconnect. By default the driver waits longer each time, even after the outage is
    // over.
    backoff: () => 0.25,
    connection: {
      application_name: "atelier",
      statement_timeout: 15_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 30_000,
      // Starting a parallel worker takes milliseconds, which no statement here is worth. As text, because the driver
      // omits a 0.
      max_parallel_workers_per_gather: "0",
      // With one URL for everything, the application gives up its owner's rights as soon as it connects.
      ...(env().DATABASE_APP_URL ? {} : { role: "atelier_app" }),
    },
  };
  return connect(url, settings, name);
}

/** Returns the database outside of transactions, for single statements on tables that belong to no workspace. */
export function database(): Db {
  return connections().write;
}

/** Returns the raw client, for LISTEN and for frequent statements that are prepared once. */
export function client(): postgres.Sql {
  return connections().pool;
}

/**
 * Runs `run` in one transaction that sees what `scope` allows, and commits when `run` resolves. Nothing but the
 * database may be awaited inside. The scope is sent with the first query, so it costs no extra round trip. A writing
 * transaction resolves when it is committed, a reading one as soon as `run` has resolved.
 *
 * @param mode `standby` reads at the standby, which may lag: for procedures that are declared `fromStandby`
 */
export async function transaction<T>(
  mode: "read" | "write" | "standby",
  scope: Scope,
  run: (db: Db) => Promise<T>,
): Promise<T> {
  const isAtStandby = mode === "standby";
  const leave = scope.userId
    ? await acquireTransactionSlot(isAtStandby ? `${scope.userId} at the standby` : scope.userId)
    : () => {};
  return new Promise((resolve, reject) => {
    const { read, write } = connections(isAtStandby ? "standby" : "primary");
    (mode === "write" ? write : read)
      .transaction(async (tx) => {
        // Sent before anything that `run` sends, and not awaited: the server runs both in the order in which they
        // arrive.
        const scoped = clientOf(tx)
          .unsafe(
            scope.asOperator ? operatorScopeStatement : scopeStatement,
            [scope.userId ?? "", scope.workspaceId ?? ""],
            { prepare: true },
          )
          .execute();
        const [, result] = await Promise.all([scoped, run(tx)]);
        if (mode !== "write") resolve(result);
        else if (scope.userId && env().DATABASE_READ_URL) await noteOwnChange(tx, scope.userId);
        return result;
      })
      .finally(leave)
      .then(resolve, reject);
  });
}

/**
 * Notes, at the end of a transaction that writes, that a person has changed something. They read from the primary
 * until a standby is certain to have the change.
 */
async function noteOwnChange(tx: Db, userId: string): Promise<void> {
  await clientOf(tx).unsafe(
    "insert into rate_buckets (key, level, at) values ($1, 0, clock_timestamp()) on conflict (key) do update set at = excluded.at",
    [ownChangeKey(userId)],
    { prepare: true },
  );
}

const ownChangeKey = (userId: string) => `own change:${userId}`;

/** Checks, at the primary, whether a person has changed something so recently that a standby may not have it. */
export async function changedLately(db: Db, userId: string): Promise<boolean> {
  const [row] = await clientOf(db).unsafe<{ isLately: boolean }[]>(
    `select exists (select from rate_buckets where key = $1 and at > clock_timestamp() - $2 * interval '1 second') as "isLately"`,
    [ownChangeKey(userId), ownChangeSeconds],
    { prepare: true },
  );
  return row?.isLately ?? true;
}

const scopeStatement = "select set_config('app.user_id', $1, true), set_config('app.workspace_id', $2, true)";
const operatorScopeStatement = `${scopeStatement}, set_config('role', 'atelier_operator', true)`;

/**
 * Returns the postgres.js transaction of a drizzle transaction. Drizzle's own queries start a few turns of the event
 * loop later than they are called.
 */
export function clientOf(tx: Db): postgres.TransactionSql {
  return (tx as unknown as { session: { client: postgres.TransactionSql } }).session.client;
}

/**
 * Sets the workspace of all later statements of this transaction. The caller has checked that the person may be
 * there.
 */
export async function enterWorkspace(db: Db, workspaceId: string): Promise<void> {
  await clientOf(db)
    .unsafe("select set_config('app.workspace_id', $1, true)", [workspaceId], { prepare: true })
    .execute();
}

/**
 * Sets the workspace of all later statements of a transaction, which then reads as `atelier_looker`: for an operator
 * whom an Admin lets look inside.
 */
export async function enterLooking(db: Db, workspaceId: string): Promise<void> {
  await clientOf(db)
    .unsafe(
      "select set_config('app.workspace_id', $1, true), set_config('role', 'atelier_looker', true)",
      [workspaceId],
      {
        prepare: true,
      },
    )
    .execute();
}

/**
 * Lets the rest of an operator's transaction work inside a workspace like the application, for a change that is made
 * there and written to its audit log. Without a workspace it works on rows that belong to none. Reads as an operator
 * must come before it.
 */
export async function actInside(db: Db, workspaceId = ""): Promise<void> {
  await clientOf(db)
    .unsafe("select set_config('role', 'atelier_app', true), set_config('app.workspace_id', $1, true)", [workspaceId], {
      prepare: true,
    })
    .execute();
}

/** Ends what `actInside` began: the transaction is an operator's again, with the instance's own log. */
export async function actAsOperator(db: Db): Promise<void> {
  await clientOf(db)
    .unsafe(
      "select set_config('role', 'atelier_operator', true), set_config('app.workspace_id', $1, true)",
      [instanceLog],
      {
        prepare: true,
      },
    )
    .execute();
}

/** Closes every connection. Running statements may finish for up to 5 seconds. */
export async function disconnect(): Promise<void> {
  const ending = [...opened.values()];
  opened.clear();
  await Promise.all(ending.map(({ pool }) => pool.end({ timeout: 5 })));
}
