import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { locateBinaries } from "./binaries";
import { type EmbeddedPostgres, startPostgres } from "./postgres";
import { isPostmaster } from "./process";

const settings = { fsync: "off", full_page_writes: "off", shared_buffers: "16MB" };
let dataDir = "";
let server: EmbeddedPostgres;

const postmaster = async () =>
  Number.parseInt(await readFile(path.join(dataDir, "postgres", "postmaster.pid"), "utf8"), 10);

async function ask<T extends postgres.MaybeRow>(url: string, question: string): Promise<T[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe<T[]>(question);
  } finally {
    await sql.end();
  }
}

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "atelier-postgres-"));
  server = await startPostgres({ dataDir, settings });
}, 60_000);

afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 30_000);

test("the roles are what is promised", async () => {
  const roles = await ask(
    server.superuserUrl,
    `select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin from pg_roles
     where rolname like 'atelier%' order by 1`,
  );
  const plain = { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false, rolcanlogin: true };
  expect(roles).toEqual([
    { rolname: "atelier_app", ...plain },
    { rolname: "atelier_looker", ...plain, rolcanlogin: false },
    { rolname: "atelier_operator", ...plain, rolcanlogin: false },
    { rolname: "atelier_owner", ...plain },
  ]);
  const owned = await ask(
    server.superuserUrl,
    `select d.datname, r.rolname from pg_database d join pg_roles r on r.oid = d.datdba where r.rolname like 'atelier%'`,
  );
  expect(owned).toEqual([{ datname: "atelier", rolname: "atelier_owner" }]);
});

test("the owner migrates and may act as the app, which can create nothing", async () => {
  const [row] = await ask(server.ownerUrl, "create table made (id int); set role atelier_app; select 1").then(() =>
    ask(server.appUrl, "select current_user as who, current_database() as where"),
  );
  expect(row).toEqual({ who: "atelier_app", where: "atelier" });
  await expect(ask(server.appUrl, "create table mine (id int)")).rejects.toThrow("permission denied");
  await expect(ask(server.appUrl, "select * from made")).rejects.toThrow("permission denied");
  await expect(ask(server.ownerUrl.replace("/atelier", "/postgres"), "create database more")).rejects.toThrow();
});

test("trigram search is there", async () => {
  expect(await ask(server.ownerUrl, "select extname from pg_extension where extname = 'pg_trgm'")).toHaveLength(1);
});

test("it listens on the loopback address only, without a socket file, and accepts no login without a password", async () => {
  const [row] = await ask(
    server.superuserUrl,
    `select current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
            current_setting('fsync') as fsync`,
  );
  expect(row).toEqual({ listen: "127.0.0.1", sockets: "", fsync: "off" });
  const wrong = server.appUrl.replace(/:[^:@/]+@/, ":wrong@");
  await expect(ask(wrong, "select 1")).rejects.toThrow("password authentication failed");
  expect((await stat(path.join(dataDir, "postgres.json"))).mode & 0o777).toBe(0o600);
});

test("a second starter finds the live server, and leaving it does not stop it", async () => {
  const pid = await postmaster();
  const [second, third] = await Promise.all([startPostgres({ dataDir }), startPostgres({ dataDir })]);
  expect([second.ownerUrl, third.ownerUrl]).toEqual([server.ownerUrl, server.ownerUrl]);
  await Promise.all([second.stop(), third.stop()]);
  expect(await postmaster()).toBe(pid);
  expect(await ask(server.appUrl, "select 1 as one")).toEqual([{ one: 1 }]);
}, 20_000);

test("after a kill of the server it starts again with its data and its port", async () => {
  const before = { pid: await postmaster(), port: server.port };
  await ask(server.ownerUrl, "create table kept (id int)");
  process.kill(before.pid, "SIGKILL");
  server = await startPostgres({ dataDir, settings });
  expect(server.port).toBe(before.port);
  expect(await postmaster()).not.toBe(before.pid);
  expect(await ask(server.ownerUrl, "select * from kept")).toEqual([]);
}, 30_000);

test("a stale postmaster.pid that names another living process is no obstacle", async () => {
  const pid = await postmaster();
  await server.stop();
  await expect.poll(() => isPostmaster(pid, path.join(dataDir, "postgres"))).toBe(false);
  await writeFile(path.join(dataDir, "postgres", "postmaster.pid"), `${process.pid}\n${dataDir}\n0\n${server.port}\n`);
  server = await startPostgres({ dataDir, settings });
  expect(await ask(server.appUrl, "select 1 as one")).toEqual([{ one: 1 }]);
}, 30_000);

test("a supervised server that dies comes back on its port", async () => {
  await server.stop();
  server = await startPostgres({ dataDir, settings, supervise: true });
  const pid = await postmaster();
  process.kill(pid, "SIGKILL");
  await expect
    .poll(() => ask(server.appUrl, "select 1 as one").catch(() => "down"), { timeout: 15_000, interval: 200 })
    .toEqual([{ one: 1 }]);
  expect(await postmaster()).not.toBe(pid);
}, 30_000);

test("data of another major version is refused with a sentence", async () => {
  const old = await mkdtemp(path.join(tmpdir(), "atelier-postgres-"));
  await mkdir(path.join(old, "postgres"));
  await writeFile(path.join(old, "postgres", "PG_VERSION"), "15\n");
  await writeFile(
    path.join(old, "postgres.json"),
    JSON.stringify({ port: 1, passwords: { postgres: "a", owner: "b", app: "c" } }),
  );
  await expect(startPostgres({ dataDir: old })).rejects.toThrow(
    /made by PostgreSQL 15, this Atelier brings PostgreSQL 18/,
  );
  await rm(old, { recursive: true });
});

test("the binaries run and are the version their package says", () => {
  const { postgres: program, major } = locateBinaries();
  expect(execFileSync(program, ["--version"]).toString()).toContain(`PostgreSQL) ${major}.`);
});
