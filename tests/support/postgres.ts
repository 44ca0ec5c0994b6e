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

/**
 * Settings without durability and without maintenance of tables, because these databases hold no valuable data and
 * live for one file of tests.
 */
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
  // Deletes the databases of earlier runs. A database of a run that is still in progress cannot be deleted, because the run
  // is connected to it.
  const databases = await superuser<{ datname: string; isIdle: boolean }[]>`
    select datname, not exists (select from pg_stat_activity a where a.datname = d.datname) as "isIdle"
    from pg_database d where datname ~ '^(test|migrated)_'`;
  for (const { datname, isIdle } of databases) {
    if (isIdle && datname !== template) await superuser.unsafe(`drop database if exists "${datname}"`).catch(() => {});
  }
  if (!databases.some(({ datname }) => datname === template)) {
    // It gets its final name when it is complete, so that an interrupted run leaves no incomplete template.
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
 * Starts the server. When it does not start, the cluster is replaced by an empty one: an earlier run was killed or
 * the machine restarted, and the databases in memory or unflushed data are gone.
 *
 * @throws the error of the start, when a server works on the cluster
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

/** Checks whether a server works on the cluster, by the process number in a file there. */
function isInUse(): boolean {
  try {
    return isAlive(Number(readFileSync(path.join(clusterFolder, "postmaster.pid"), "utf8").split("\n", 1)[0]));
  } catch {
    return false;
  }
}

/**
 * The folder in which Linux keeps files in memory, and how much free space it must have: for a few copies at once,
 * some with 100,000 rows.
 */
const memoryFolder = "/dev/shm";
const roomBytes = 2 * 1024 ** 3;

/**
 * Creates a tablespace in memory for the databases of this run, if there is enough space. A database consists of a
 * thousand files, and creating and deleting them on disk costs as much as all queries of a test file.
 *
 * @returns its name, which contains the process number of its run
 */
async function tablespaceInMemory(superuser: postgres.Sql): Promise<string | undefined> {
  const name = `memory_${process.pid}`;
  // vitest runs this set-up for each of its projects, in one process.
  const [made] = await superuser`select from pg_tablespace where spcname = ${name}`;
  if (made) return name;
  if (!hasRoom()) return undefined;
  const folder = mkdtempSync(path.join(memoryFolder, `atelier-test-${process.pid}-`));
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

/** Drops a tablespace and its folder. One that still contains a database stays for the next run to drop. */
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

/** Returns a hash of all files that determine the schema. */
function migrationsHash(): string {
  const hash = createHash("sha256");
  for (const folder of ["db/migrations", "db/sql"]) {
    const files = readdirSync(path.resolve(folder), { recursive: true }) as string[];
    for (const file of files.filter((name) => name.endsWith(".sql")).sort())
      hash.update(file).update(readFileSync(path.resolve(folder, file)));
  }
  return hash.digest("hex").slice(0, 16);
}
