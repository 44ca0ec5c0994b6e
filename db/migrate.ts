import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type postgres from "postgres";
import { watchBlockers } from "./blockers";
import type { Db } from "./client";
import { connect } from "./connect";
import { guardTransactions } from "./guard";
import { applySqlObjects, changedObjects, checksumOf, readSqlObjects, type SqlObject } from "./sql-objects";
import { tablesOf, takeLocks } from "./take-locks";
import { takeOver } from "./takeover";

const folder = path.join(process.cwd(), "db/migrations");

/**
 * The number of the advisory lock that all instances take to migrate one database: "atelier" in ASCII, shortened to
 * fit.
 */
const lock = 0x6174656c;

/** The oldest supported version of PostgreSQL. */
const oldestServer = 16;

/** How long a migration waits for locks that other connections hold, in milliseconds. */
const lockPatienceMs = 10 * 60_000;

/**
 * How often a migration is repeated after it lost a deadlock with requests, over a table that it had not locked at
 * its beginning.
 */
const mostAttempts = 20;

/** The database could not be migrated. The message is the database's last error, without the statement. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * Brings a database up to date: applies the missing migrations and the changed files of db/sql, in one transaction.
 * Several instances may do so at the same time: they wait for an advisory lock, and all but the first find nothing to
 * do. A migration that loses a deadlock with requests is repeated. A database that a newer version has migrated is
 * left as it is.
 *
 * @param url the owner's connection string, not the application's
 * @param say called with a sentence about the session that it waits for, after a second and then repeatedly
 * @throws MigrationError when nothing was changed; ConnectionStringError
 */
export async function migrate(url: string, say: (sentence: string) => void = () => {}): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await migrateOnce(url, say);
    } catch (error) {
      if (attempt === mostAttempts || !isDeadlock(error)) throw error;
      say("The migration met requests that wait for each other with it. It changed nothing, and begins anew.");
      await setTimeout(100 + Math.random() * 400);
    }
  }
}

const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && ((error as { code?: string }).code === "40P01" || isDeadlock(error.cause));

async function migrateOnce(url: string, say: (sentence: string) => void): Promise<void> {
  const client = connect(url, { max: 1, connection: { application_name: "atelier migrations" } });
  let watch: { stop(): void } | undefined;
  try {
    await guardTransactions(client).begin(async (tx) => {
      const [connection] = await tx<{ pid: number }[]>`
        select pg_backend_pid() as pid, set_config('lock_timeout', ${String(lockPatienceMs)}, true)`;
      refuseOldServer(String(client.parameters.server_version));
      watch = watchBlockers(url, connection?.pid ?? 0, say);
      await tx`select pg_advisory_xact_lock(${lock})`;
      await bringUpToDate(tx);
      // While tables were locked, instances could not report that they are alive. Without this they would be taken
      // for lost, and their requests under way would be charged at their highest possible cost.
      await tx`update usage_instances set beat_at = clock_timestamp() where beat_at > now() - interval '10 seconds'`;
      await tx`select make_ledger_partitions()`;
    });
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    throw new MigrationError(`The database cannot be migrated: ${lastWord(error)}`, { cause: error });
  } finally {
    watch?.stop();
    await client.end({ timeout: 1 });
  }
}

async function bringUpToDate(tx: postgres.TransactionSql): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder });
  const [first] = migrations;
  if (!first) throw new Error("this build has no migrations");
  await tx.unsafe(bookkeeping);
  const isTakenOver = await takeOver(tx, first);
  const [journal] = await tx<{ newest: string }[]>`
    select coalesce(max(created_at), 0) as newest from drizzle.__drizzle_migrations`;
  const newest = Number(journal?.newest);
  const missing = migrations.filter(({ folderMillis }) => folderMillis > newest);
  const { objects, checksum, version } = build();
  const [last] = await tx<{ checksum: string; version: string }[]>`
    select checksum, version from drizzle.sql_builds order by applied_at desc limit 1`;
  const isNewer = newest > newestOf(migrations) || (last !== undefined && isLater(last.version, version));
  const areObjectsDone = isNewer || (last?.checksum === checksum && missing.length === 0);
  // A new database has no requests. A database that is taken over has none that a present version answers.
  if (newest > 0 && missing.length < migrations.length) {
    const changed = areObjectsDone ? [] : await changedObjects(tx, objects, missing.length > 0);
    const statements = missing.flatMap((migration) => migration.sql);
    await takeLocks(tx, tablesOf(statements, changed), lockPatienceMs);
  }
  for (const { sql: statements, hash, folderMillis } of missing) {
    for (const statement of statements) await tx.unsafe(statement);
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`;
  }

  if (areObjectsDone) return;
  await applySqlObjects(tx, objects, isTakenOver || missing.length > 0);
  await tx`
    insert into drizzle.sql_builds (checksum, version) values (${checksum}, ${version})
    on conflict (checksum) do update set applied_at = excluded.applied_at`;
}

/**
 * `__drizzle_migrations` is drizzle's list of applied migrations. `sql_objects` holds what was last applied of
 * db/sql. `sql_builds` holds every build whose db/sql was applied, so that an instance of an older build goes on
 * while a newer one takes over.
 */
export const bookkeeping = `
  create schema if not exists drizzle;
  create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
  create table if not exists drizzle.sql_objects (path text primary key, checksum text not null);
  create table if not exists drizzle.sql_builds (
    checksum text primary key, version text not null, applied_at timestamptz not null default clock_timestamp());`;

/**
 * Creates the ledger's partitions of this month and the next two. Only the owner may do that, so a process that runs
 * for months does it on a connection of its own.
 *
 * @param url the owner's connection string, not the application's
 */
export async function makeLedgerPartitions(url: string): Promise<void> {
  const client = connect(url, { max: 1, connection: { application_name: "atelier migrations" } });
  try {
    await client`select make_ledger_partitions()`;
  } finally {
    await client.end({ timeout: 1 });
  }
}

/** Throws when the server is too old. `version` is the server's own text: "15.4 (Debian 15.4-1)" */
function refuseOldServer(version: string): void {
  if (Number.parseInt(version, 10) < oldestServer)
    throw new MigrationError(
      `The database is PostgreSQL ${version}. Atelier needs PostgreSQL ${oldestServer} or newer.`,
    );
}

function lastWord(error: unknown): string {
  const { cause, message, code } = error as Error & { code?: string };
  return cause ? lastWord(cause) : message || code || "it does not answer";
}

/**
 * Checks whether the newest migration and the SQL of this build, or those of a newer version, were applied to the
 * database.
 */
export async function isMigrated(db: Db): Promise<boolean> {
  const { checksum, version, newest } = build();
  const [row] = await db.execute<{ at: string | null; is_applied: boolean; last_version: string | null }>(sql`
    select (select max(created_at) from drizzle.__drizzle_migrations) as at,
      exists (select from drizzle.sql_builds where checksum = ${checksum}) as is_applied,
      (select version from drizzle.sql_builds order by applied_at desc limit 1) as last_version`);
  if (!row || Number(row.at) < newest) return false;
  return row.is_applied || (row.last_version !== null && isLater(row.last_version, version));
}

type Build = { objects: SqlObject[]; checksum: string; version: string; newest: number };

let read: Build | undefined;

/**
 * Returns what this build brings: db/sql, its version, and when its newest migration was made, in ms. It is read
 * once.
 */
function build(): Build {
  if (read) return read;
  const objects = readSqlObjects(path.join(process.cwd(), "db/sql"));
  const { version } = JSON.parse(readFileSync(path.join(process.cwd(), "package.json"), "utf8"));
  const newest = newestOf(readMigrationFiles({ migrationsFolder: folder }));
  read = { objects, checksum: checksumOf(objects, version), version, newest };
  return read;
}

const newestOf = (migrations: { folderMillis: number }[]) =>
  Math.max(...migrations.map(({ folderMillis }) => folderMillis));

const isLater = (version: string, than: string) => version.localeCompare(than, "en", { numeric: true }) > 0;
