import { createHash } from "node:crypto";
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { migrate } from "@/db/migrate";
import { type EmbeddedPostgres, startPostgres } from "@/embedded/postgres/postgres";

declare module "vitest" {
  interface ProvidedContext {
    /** The server's superuser URL, the migrated database every test file copies, and the tablespace that copies belong in. */
    postgres: { superuserUrl: string; ownerUrl: string; appUrl: string; template: string; tablespace: string };
  }
}

/** Durability is for data that matters, and the upkeep of tables for databases that live longer than one file of tests. */
const fast = {
  ...{ fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" },
  ...{ wal_level: "minimal", max_wal_senders: "0", autovacuum: "off", jit: "off" },
};

const dataDir = path.resolve(".data/test");
const clusterFolder = path.join(dataDir, "postgres");

/** Starts PostgreSQL for the tests and migrates the database that every test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
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
  await dropLeftTablespaces(superuser);
  const memory = await tablespaceInMemory(superuser);
  await superuser.end();
  const { superuserUrl, ownerUrl, appUrl } = server;
  project.provide("postgres", { superuserUrl, ownerUrl, appUrl, template, tablespace: memory ?? "pg_default" });
  return async () => {
    if (memory) {
      const last = postgres(server.superuserUrl, { max: 1, onnotice: () => {} });
      await dropTablespace(last, memory);
      await last.end();
    }
    await server.stop();
  };
}

/**
 * Starts the server, with an empty cluster in place of one that does not start: a run was killed and the machine started
 * anew, so that the databases in memory, or what was never flushed, are gone.
 *
 * @throws what the start throws, while a server works on the cluster
 */
async function startTestServer(): Promise<EmbeddedPostgres> {
  try {
    return await startPostgres({ dataDir, settings: fast });
  } catch (error) {
    if (isInUse()) throw error;
    rmSync(clusterFolder, { recursive: true, force: true });
    return startPostgres({ dataDir, settings: fast });
  }
}

/** Whether a server works on the cluster: its number is in a file there. */
function isInUse(): boolean {
  try {
    return isAlive(Number(readFileSync(path.join(clusterFolder, "postmaster.pid"), "utf8").split("\n", 1)[0]));
  } catch {
    return false;
  }
}

/** Where Linux keeps files in memory, and how much of it has to be free: a few copies at once, some with 100,000 rows. */
const memoryFolder = "/dev/shm";
const roomBytes = 2 * 1024 ** 3;

/**
 * Makes a tablespace in memory for the databases of this run, where there is room. A database is a thousand files: on disk,
 * making them so soon after as many were deleted costs the file system as much as all queries of a test file.
 *
 * @returns its name, in which the process's number says whose it is
 */
async function tablespaceInMemory(superuser: postgres.Sql): Promise<string | undefined> {
  if (!hasRoom()) return undefined;
  const folder = mkdtempSync(path.join(memoryFolder, `atelier-test-${process.pid}-`));
  const name = `memory_${process.pid}`;
  try {
    const { uid, gid } = statSync(clusterFolder);
    chownSync(folder, uid, gid);
    await superuser.unsafe(`create tablespace "${name}" location '${folder}'`);
    return name;
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memoryFolder);
    return bavail * bsize > roomBytes && process.availableMemory() > roomBytes;
  } catch {
    return false;
  }
}

/** Drops the tablespaces of runs that were killed. */
async function dropLeftTablespaces(superuser: postgres.Sql): Promise<void> {
  for (const { name } of await superuser`select spcname as name from pg_tablespace where spcname like 'memory%'`) {
    if (!isAlive(Number(name.split("_")[1]))) await dropTablespace(superuser, name);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Drops a tablespace with its folder; one that a database is still in stays, for the next run to drop. */
async function dropTablespace(superuser: postgres.Sql, name: string): Promise<void> {
  const [found] =
    await superuser`select pg_tablespace_location(oid) as folder from pg_tablespace where spcname = ${name}`;
  await superuser.unsafe(`drop tablespace "${name}"`).then(
    () => rmSync(found?.folder, { recursive: true, force: true }),
    () => {},
  );
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
