import { readFileSync } from "node:fs";
import path from "node:path";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import type { Db } from "./client";

const folder = path.join(process.cwd(), "db/migrations");

/** One number for every instance that migrates one database: "atelier" in ASCII, shortened to fit. */
const lock = 0x6174656c;

/** The database could not be brought up to date. The message is the database's own last word, without the statement. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * Brings a database up to date. Any number of instances may do so at once: they queue on an advisory lock, and all but
 * the first find nothing to do.
 *
 * @param url the owner's connection, not the application's
 * @throws MigrationError
 */
export async function migrate(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: "atelier migrations" } });
  try {
    await client`select pg_advisory_lock(${lock})`;
    await applyMigrations(drizzle({ client, casing: "snake_case" }), { migrationsFolder: folder });
    await client`select make_ledger_partitions()`;
  } catch (error) {
    throw new MigrationError(`The database cannot be migrated: ${lastWord(error)}`, { cause: error });
  } finally {
    await client.end({ timeout: 1 });
  }
}

/**
 * Makes the ledger's partitions of this month and the two after it. Only the owner may, so a process that runs for
 * months does it on a connection of its own.
 *
 * @param url the owner's connection, not the application's
 */
export async function makeLedgerPartitions(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: "atelier migrations" } });
  try {
    await client`select make_ledger_partitions()`;
  } finally {
    await client.end({ timeout: 1 });
  }
}

function lastWord(error: unknown): string {
  const { cause, message, code } = error as Error & { code?: string };
  return cause ? lastWord(cause) : message || code || "it does not answer";
}

/** Whether the newest migration of this build is in the database. */
export async function isMigrated(db: Db): Promise<boolean> {
  const journal = JSON.parse(readFileSync(path.join(folder, "meta/_journal.json"), "utf8"));
  const newest = Math.max(...journal.entries.map((entry: { when: number }) => entry.when));
  const [row] = await db.execute<{ at: string }>(sql`select max(created_at) as at from drizzle.__drizzle_migrations`);
  return Number(row?.at ?? 0) >= newest;
}
