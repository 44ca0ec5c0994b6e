import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { migrate } from "@/db/migrate";
import { startPostgres } from "@/embedded/postgres/postgres";

declare module "vitest" {
  interface ProvidedContext {
    /** The server's superuser URL, and the migrated database every test file copies. */
    postgres: { superuserUrl: string; ownerUrl: string; appUrl: string; template: string };
  }
}

/** Durability is for data that matters, and the upkeep of tables for databases that live longer than one file of tests. */
const fast = {
  ...{ fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" },
  ...{ wal_level: "minimal", max_wal_senders: "0", autovacuum: "off", jit: "off" },
};

/** Starts PostgreSQL for the tests and migrates the database that every test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ dataDir: path.resolve(".data/test"), settings: fast });
  const template = `migrated_${migrationsHash()}`;
  const superuser = postgres(server.superuserUrl, { max: 1, onnotice: () => {} });
  // What an earlier run left behind; another run that is under way keeps its own, being connected to it.
  const databases = await superuser<{ datname: string; isIdle: boolean }[]>`
    select datname, not exists (select from pg_stat_activity a where a.datname = d.datname) as "isIdle"
    from pg_database d where datname ~ '^(test|migrated)_'`;
  for (const { datname, isIdle } of databases) {
    if (isIdle && datname !== template) await superuser.unsafe(`drop database if exists "${datname}"`).catch(() => {});
  }
  if (!databases.some(({ datname }) => datname === template)) {
    // Under another name until it is whole, so that an interrupted run leaves no half of it.
    await superuser.unsafe(`create database "test_${template}" owner atelier_owner`);
    await migrate(withDatabase(server.ownerUrl, `test_${template}`));
    await superuser.unsafe(`alter database "test_${template}" rename to "${template}"`);
  }
  await superuser.end();
  const { superuserUrl, ownerUrl, appUrl } = server;
  project.provide("postgres", { superuserUrl, ownerUrl, appUrl, template });
  return () => server.stop();
}

/** Returns a connection URL with another database's name in it. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Of everything that makes a database what it is. */
function migrationsHash(): string {
  const hash = createHash("sha256");
  for (const folder of ["db/migrations", "db/sql"]) {
    const files = readdirSync(path.resolve(folder), { recursive: true }) as string[];
    for (const file of files.filter((name) => name.endsWith(".sql")).sort())
      hash.update(file).update(readFileSync(path.resolve(folder, file)));
  }
  return hash.digest("hex").slice(0, 16);
}
