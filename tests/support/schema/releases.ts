import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import { keyScopes } from "@/server/access/key-scopes";
import { marks, readRecord } from "@/tests/releases/records";
import { withDatabase } from "../postgres";

/** A database of a test's own. `url` is its owner's, `sql` a superuser's connection. */
export type OwnDatabase = { url: string; sql: postgres.Sql; drop(): Promise<void> };

/** Makes an empty database. */
export async function emptyDatabase(): Promise<OwnDatabase> {
  const { superuserUrl, ownerUrl } = inject("postgres");
  const name = `test_${randomBytes(6).toString("hex")}`;
  const server = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  await server.unsafe(`create database "${name}" strategy file_copy owner atelier_owner`);
  const sql = postgres(withDatabase(superuserUrl, name), { max: 2, onnotice: () => {} });
  return {
    url: withDatabase(ownerUrl, name),
    sql,
    async drop() {
      await sql.end({ timeout: 1 });
      await server.unsafe(`drop database if exists "${name}" with (force)`);
      await server.end();
    },
  };
}

/**
 * Creates a database as a release made it, with recorded rows.
 *
 * @param migrations how many of the release's migrations to apply; without it, all of them and the rows
 */
export async function databaseOf(release: string, migrations?: number): Promise<OwnDatabase> {
  const text = readRecord(release);
  const [beginning = "", ...rest] = text.split(marks.migration);
  const database = await emptyDatabase();
  await database.sql.unsafe(migrations === undefined ? text : [beginning, ...rest.slice(0, migrations)].join(""));
  // Recorded rows contain their ids; sequences must continue after them.
  await database.sql`
    select setval(pg_get_serial_sequence('drizzle.__drizzle_migrations', 'id'), greatest(max(id), 1)) from drizzle.__drizzle_migrations`;
  return database;
}

/** Columns that a later version has renamed, by their earlier names. */
const laterNames: Record<string, string> = { keys_of_ended: "expired_member_key_action" };

/** The rows of each table, each as a JSON text, in order. */
export type Rows = Map<string, string[]>;

/**
 * Returns every row of every table.
 *
 * @param like limits the result to the tables and columns of these rows, because a later version may have more
 */
export async function rowsOfTables(sql: postgres.Sql, like?: Rows): Promise<Rows> {
  const tables = await sql<{ name: string }[]>`
    select oid::regclass::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by name`;
  const all: Rows = new Map();
  for (const { name } of tables) {
    if (like && !like.has(name)) continue;
    const first = like?.get(name)?.[0];
    const known = first === undefined ? undefined : Object.keys(JSON.parse(first));
    const rows = await sql.unsafe<{ row: Record<string, unknown> }[]>(`select to_jsonb(t) as row from ${name} t`);
    const narrowed = rows.map(({ row }) =>
      Object.fromEntries(
        (known ?? Object.keys(row)).map((key) => [key, row[key in row ? key : (laterNames[key] ?? key)]]),
      ),
    );
    all.set(name, narrowed.map((row) => JSON.stringify(row)).sort());
  }
  return all;
}

/** How a migration changes values of rows: a key that had every scope gets the new ones. */
const laterScopes = {
  before: JSON.stringify(["models:read", "chat", "embeddings", "files", "fine-tuning", "usage:read"]),
  after: JSON.stringify(keyScopes),
};

/** Returns the rows of a release as they are after the upgrade. */
export function upgraded(rows: Rows): Rows {
  const keys = rows.get("api_keys")?.map((row) => row.replaceAll(laterScopes.before, laterScopes.after)) ?? [];
  return new Map(rows).set("api_keys", keys.sort());
}
