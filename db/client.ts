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

/** A drizzle database or one of its transactions: what every query takes first. */
export type Db = PgDatabase<PostgresJsQueryResultHKT>;

/**
 * What row-level security lets a transaction see: a person's own rows, a workspace's. With `asOperator` it works as the
 * role `atelier_operator` for a person who runs this instance: it sees what that role's grants and policies name.
 */
export type Scope = { userId?: string; workspaceId?: string; asOperator?: boolean };

/**
 * The id under which the instance's own events stand in the tables of the audit log. No workspace has it, so that a
 * transaction that is inside a workspace never sees them.
 */
export const instanceLog = "00000000-0000-0000-0000-000000000000";

type Connections = { pool: postgres.Sql; read: Db; write: Db };

/** Which server: the one that is written to, or the standby of `DATABASE_READ_URL`, which lags behind it. */
export type Server = "primary" | "standby";

// Next's bundle and the gateway's each have their own copy of this module in one process: they share the pool of a database.
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

/** Returns the connection string of a server, and the variable that it is from. */
function addressOf(server: Server): { url: string; name: string } {
  const { DATABASE_URL, DATABASE_APP_URL, DATABASE_READ_URL } = env();
  if (server === "primary")
    return DATABASE_APP_URL
      ? { url: DATABASE_APP_URL, name: "DATABASE_APP_URL" }
      : { url: DATABASE_URL, name: "DATABASE_URL" };
  if (!DATABASE_READ_URL) throw new Error("There is no DATABASE_READ_URL.");
  return { url: DATABASE_READ_URL, name: "DATABASE_READ_URL" };
}

/** How long a statement or a transaction waits for a connection, in ms. */
const patienceMs = 3_000;

function open(server: Server): Connections {
  const made = connectAsApplication({ max: env().DATABASE_POOL, idle_timeout: 300 }, server);
  const pool = limitAcquisition(tracer() ? traceStatements(made) : made, patienceMs);
  const over = (begin: string) => drizzle({ client: guardTransactions(pool, begin), casing: "snake_case" }) as Db;
  return { pool, read: over("read only"), write: over("read write") };
}

/** Returns a client that works as `atelier_app`, with the time limits of every connection of the application's. */
export function connectAsApplication(
  options: { max: number; idle_timeout?: number },
  server: Server = "primary",
): postgres.Sql {
  const { url, name } = addressOf(server);
  const settings = {
    ...options,
    connect_timeout: 5,
    // No arrays are sent; and a connection that breaks while it asks for their types is an unhandled rejection.
    fetch_types: false,
    // Seconds between attempts to reconnect. Its own waits grow, and outlast the outage.
    backoff: () => 0.25,
    connection: {
      application_name: "atelier",
      statement_timeout: 15_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 30_000,
      // Nothing here is worth the milliseconds that starting a worker takes.
      // As text: the driver leaves out a 0.
      max_parallel_workers_per_gather: "0",
      // With one URL for everything, the app gives up its owner's rights as soon as it connects.
      ...(env().DATABASE_APP_URL ? {} : { role: "atelier_app" }),
    },
  };
  return connect(url, settings, name);
}

/** Returns the database outside any transaction, for single statements on tables that belong to no workspace. */
export function database(): Db {
  return connections().write;
}

/** Returns the raw client, for LISTEN and for hot statements that are prepared once. */
export function client(): postgres.Sql {
  return connections().pool;
}

/**
 * Runs `run` in one transaction that sees what `scope` may see, and commits when it resolves. Nothing but the database
 * may be awaited inside. The scope travels with the first query, so it costs no round trip of its own. Resolves when the
 * transaction is committed; one that reads, as soon as `run` has, for nothing depends on its end.
 *
 * @param mode `standby` reads at the standby, which may be behind: for what `fromStandby` declares
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
        // Sent before `run` sends anything, and not waited for: the server runs both in the order they arrive.
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

/** Notes, last in a transaction that writes, that a person has changed something: until a standby surely has it they read from the primary. */
async function noteOwnChange(tx: Db, userId: string): Promise<void> {
  await clientOf(tx).unsafe(
    "insert into rate_buckets (key, level, at) values ($1, 0, clock_timestamp()) on conflict (key) do update set at = excluded.at",
    [ownChangeKey(userId)],
    { prepare: true },
  );
}

const ownChangeKey = (userId: string) => `own change:${userId}`;

/** Checks, at the primary, whether a person has changed something so lately that a standby may not have it. */
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

/** Returns the postgres.js transaction under a drizzle one, whose own queries start a few turns later than they are called. */
export function clientOf(tx: Db): postgres.TransactionSql {
  return (tx as unknown as { session: { client: postgres.TransactionSql } }).session.client;
}

/**
 * Points the rest of this transaction at another workspace, from the statements on that are sent after this call. The
 * caller has proved that the person may be there.
 */
export async function enterWorkspace(db: Db, workspaceId: string): Promise<void> {
  await clientOf(db)
    .unsafe("select set_config('app.workspace_id', $1, true)", [workspaceId], { prepare: true })
    .execute();
}

/** Points the rest of a transaction at a workspace likewise, and lets it read there as `atelier_looker`: an operator whom an Admin lets look inside. */
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
 * Lets the rest of an operator's transaction work inside a workspace as the application does, for a change that is made there
 * and written into its log; without a workspace, on what belongs to none. Reads as an operator come before it.
 */
export async function actInside(db: Db, workspaceId = ""): Promise<void> {
  await clientOf(db)
    .unsafe("select set_config('role', 'atelier_app', true), set_config('app.workspace_id', $1, true)", [workspaceId], {
      prepare: true,
    })
    .execute();
}

/** Ends what `actInside` began: the transaction is an operator's again, at the instance's own log. */
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

/** Ends every connection, letting running statements finish for up to 5 seconds. */
export async function disconnect(): Promise<void> {
  const ending = [...opened.values()];
  opened.clear();
  await Promise.all(ending.map(({ pool }) => pool.end({ timeout: 5 })));
}
