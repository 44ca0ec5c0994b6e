import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type EmbeddedPostgres, startPostgres } from "@/embedded/postgres/postgres";
import { postgresProxy } from "@/tests/support/fakes/postgres-proxy";
import { withDatabase } from "@/tests/support/postgres";
import { catalogue } from "@/tests/support/schema/catalogue";
import { emptyDatabase } from "@/tests/support/schema/releases";
import { migrate } from "./migrate";

const settings = { fsync: "off", full_page_writes: "off", shared_buffers: "16MB" };
let dataDir = "";
let server: EmbeddedPostgres;
let admin: postgres.Sql;

/** A server that Atelier has never used: it has none of its roles. */
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "atelier-plain-"));
  server = await startPostgres({ dataDir, settings });
  admin = postgres(server.superuserUrl, { max: 1, onnotice: () => {} });
  await admin`drop database atelier`;
  await admin`drop role atelier_app, atelier_operator, atelier_looker`;
});

afterAll(async () => {
  await admin.end();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Makes a role and its own database, as in docs/operating.md. Returns its URL. */
async function owned(name: string, rights: string): Promise<string> {
  await admin.unsafe(`create role ${name} login ${rights} password 'plain'`);
  await admin.unsafe(`create database ${name} strategy file_copy owner ${name}`);
  const url = new URL(withDatabase(server.superuserUrl, name));
  return Object.assign(url, { username: name, password: "plain" }).href;
}

test("an owner that may create no roles is told what an administrator has to run, and nothing is left behind", async () => {
  const url = await owned("narrow", "nocreaterole");
  await expect(migrate(url)).rejects.toThrow(
    'The database cannot be migrated: the role of DATABASE_URL may not create roles: run "CREATE ROLE atelier_app NOLOGIN; GRANT atelier_app TO narrow" once as an administrator',
  );
  const sql = postgres(url, { max: 1 });
  expect(await sql`select relname from pg_class where relnamespace = 'public'::regnamespace`).toEqual([]);
  await sql.end();
});

test("an owner that is no superuser makes the database and its role, twice over in two databases", async () => {
  const first = await owned("plain", "createrole");
  await Promise.all([migrate(first), migrate(first)]);
  const [mine, role] = [postgres(first, { max: 1 }), "atelier_app"];
  const [made] = await mine`select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = ${role}`;
  expect(made).toEqual({ rolsuper: false, rolbypassrls: false, rolcanlogin: false });
  // As the application does with one URL for everything.
  const app = postgres(first, { max: 1, connection: { role } });
  expect(await app`select from users`).toEqual([]);
  await expect(app`create table mine ()`).rejects.toMatchObject({ code: "42501" });
  await app.end();
  const lines = await catalogue(mine);
  await mine.end();

  await admin.unsafe("create database again owner plain");
  const second = withDatabase(first, "again");
  await migrate(second);
  const sql = postgres(second, { max: 1 });
  expect(await catalogue(sql)).toEqual(lines);
  await sql.end();
});

test("IS-19 PostgreSQL 15 is told from what is needed in one sentence", async () => {
  const database = await emptyDatabase();
  const proxy = await postgresProxy(database.url, { version: "15.4 (Debian 15.4-1)" });
  await expect(migrate(proxy.url)).rejects.toThrow(
    "The database is PostgreSQL 15.4 (Debian 15.4-1). Atelier needs PostgreSQL 16 or newer.",
  );
  expect(await database.sql`select from pg_namespace where nspname = 'drizzle'`).toEqual([]);
  proxy.close();
  await database.drop();
});

test.each([
  ["the lock of another migration", "select pg_advisory_lock(1635018092)", "select pg_advisory_unlock(1635018092)"],
  ["a table", "begin; lock table users", "commit"],
])(
  "IS-19 a migration that waits for %s says whom it waits for, and goes on when it is given",
  async (_, take, give) => {
    const database = await emptyDatabase();
    await migrate(database.url);
    // Makes the migration do something, so that it must wait.
    await database.sql`delete from drizzle.sql_builds`;
    await database.sql`delete from drizzle.sql_objects`;
    const holder = await database.sql.reserve();
    const [{ pid } = { pid: 0 }] = await holder<{ pid: number }[]>`
    select pg_backend_pid() as pid, set_config('application_name', 'another client', false)`;
    await holder.unsafe(take);
    const said: string[] = [];
    const migrated = migrate(database.url, (sentence) => said.push(sentence));
    await vi.waitFor(() => expect(said).not.toEqual([]), 30_000);
    expect(said[0]).toBe(
      `The migration waits for a lock that another connection has: process ${pid}, "another client".`,
    );
    await holder.unsafe(give);
    holder.release();
    await migrated;
    await database.drop();
  },
);

test("UP-03 a migration and a request that lock tables in opposite orders both go on", async () => {
  const database = await emptyDatabase();
  await migrate(database.url);
  await database.sql`delete from drizzle.sql_builds`;
  await database.sql`delete from drizzle.sql_objects`;
  const request = await database.sql.reserve();
  await request.unsafe("begin; lock table workspaces");
  const migrated = migrate(database.url);
  await vi.waitFor(
    async () =>
      expect(
        await database.sql`
          select from pg_locks l join pg_stat_activity a using (pid)
          where not l.granted and a.application_name = 'atelier migrations' and l.relation = 'workspaces'::regclass`,
      ).toHaveLength(1),
    { timeout: 30_000, interval: 10 },
  );
  // The migration holds the lock on this table, and releases it when it cannot get the other one.
  await request.unsafe("lock table api_keys; commit");
  request.release();
  await migrated;
  expect(await database.sql`select from drizzle.sql_builds`).toHaveLength(1);
  await database.drop();
});

test("UP-03 a migration that loses a deadlock over another table begins anew", async () => {
  const database = await emptyDatabase();
  await migrate(database.url);
  // A policy without a file is dropped, and its table is not among the tables that are locked first.
  await database.sql`create table former (id int)`;
  await database.sql`create policy gone on former using (true)`;
  await database.sql`alter table former owner to atelier_owner`;
  await database.sql`insert into drizzle.sql_objects values ('policies/former.sql', 'x')`;
  await database.sql`delete from drizzle.sql_builds`;
  await database.sql`delete from drizzle.sql_objects where path = 'policies/api_keys.sql'`;
  const request = await database.sql.reserve();
  // So that PostgreSQL cancels the migration and not the request.
  await request`set deadlock_timeout = '1h'`;
  await request.unsafe("begin; lock table former");
  const said: string[] = [];
  const migrated = migrate(database.url, (sentence) => said.push(sentence));
  await vi.waitFor(
    async () =>
      expect(
        await database.sql`
          select from pg_locks l join pg_stat_activity a using (pid)
          where not l.granted and a.application_name = 'atelier migrations' and l.relation = 'former'::regclass`,
      ).toHaveLength(1),
    { timeout: 30_000, interval: 10 },
  );
  await request.unsafe("lock table api_keys; commit");
  request.release();
  await migrated;
  expect(said.filter((sentence) => sentence.includes("begins anew"))).toHaveLength(1);
  expect(await database.sql`select from drizzle.sql_objects where path = 'policies/former.sql'`).toHaveLength(0);
  await database.drop();
});

test("UP-03 an instance that could not be heard of during a migration is not taken for lost after it", async () => {
  const database = await emptyDatabase();
  await migrate(database.url);
  await database.sql`
    insert into usage_instances (id, beat_at) values
      ('00000000-0000-4000-8000-000000000001', clock_timestamp() - interval '7 seconds'),
      ('00000000-0000-4000-8000-000000000002', clock_timestamp() - interval '1 minute')`;
  await migrate(database.url);
  const rows = await database.sql`
    select clock_timestamp() - beat_at < interval '5 seconds' as lives from usage_instances order by id`;
  expect(rows.map(({ lives }) => lives)).toEqual([true, false]);
  await database.drop();
});

test("UP-03 a version that finds a newer one's database locks nothing", async () => {
  const database = await emptyDatabase();
  await migrate(database.url);
  await database.sql`update drizzle.sql_objects set checksum = 'newer'`;
  await database.sql`update drizzle.sql_builds set checksum = 'newer', version = '999.0.0'`;
  const request = await database.sql.reserve();
  await request.unsafe("begin; lock table api_keys");
  await migrate(database.url);
  await request.unsafe("commit");
  request.release();
  await database.drop();
});
