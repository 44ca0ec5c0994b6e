import { readFileSync } from "node:fs";
import path from "node:path";
import { connect } from "@/db/connect";
import { type Image, runInCage } from "./cage";
import { endsWith, type Started, start } from "./started";

export type Check = (what: string, isSo: boolean, seen?: unknown) => void;

type Stage = {
  image: Image;
  environment: Record<string, string>;
  data: string;
  server: { ownerUrl: string; superuserUrl: string };
  url: string;
  check: Check;
};

/** What a cluster does to containers: kills them while they migrate, gives them a full disk, or one that cannot be written to. */
export async function faults(stage: Stage): Promise<void> {
  await killedWhileMigrating(stage);
  await badDisks(stage);
}

type Sql = ReturnType<typeof connect>;

/** As in `db/migrate.ts`. */
const migrationLock = 0x6174656c;

/** How long after it began to migrate a container is killed, in ms: a new database takes a second or more. The last start goes on to the end. */
const killedAfterMs = [0, 50, 150, 300, 600];

async function killedWhileMigrating({ image, environment, data, server, url, check }: Stage): Promise<void> {
  const { entries } = JSON.parse(readFileSync("db/migrations/meta/_journal.json", "utf8")) as { entries: unknown[] };
  const at = new URL(server.ownerUrl);
  at.pathname = "/interrupted";
  const begin = () => runInCage(image, { environment: { ...environment, DATABASE_URL: at.href }, data });
  const sql = connect(server.superuserUrl, { max: 1, onnotice: () => {} });
  const seen: string[] = [];
  const left: number[] = [];
  for (const wait of killedAfterMs) {
    await sql`drop database if exists interrupted with (force)`;
    await sql`create database interrupted owner ${sql(at.username)}`;
    const container = begin();
    const end = endsWith(container);
    while (container.exitCode === null && !(await isMigrating(sql)) && (await migrationsIn(at.href)) === 0)
      await pause(5);
    await pause(wait);
    const isUnderWay = await isMigrating(sql);
    container.kill("SIGKILL");
    await end;
    // The server takes a moment to notice, and undoes what was begun.
    while (await isMigrating(sql)) await pause(20);
    if (isUnderWay) left.push(await migrationsIn(at.href));
    seen.push(`${wait} ms${isUnderWay ? "" : " (it was done)"}`);
  }
  await sql.end();
  // In one transaction: all of it or nothing, where the kill came as it ended.
  const isWhole = left.every((migrations) => migrations === 0 || migrations === entries.length);
  check(
    "a container that is killed while it migrates leaves nothing half done",
    left.includes(0) && isWhole,
    left.join(", "),
  );
  const last = await start(begin(), url);
  check("the next start finishes it", last.isReady, last.isReady ? seen.join(", ") : last.output());
  const applied = await migrationsIn(at.href);
  check("with every migration once", applied === entries.length, `${applied} of ${entries.length}`);
  await last.stop();
}

/** Checks whether the lock of migrations is held in that database. Jobs hold others. */
async function isMigrating(sql: Sql): Promise<boolean> {
  const rows = await sql`
    select from pg_locks l join pg_database d on d.oid = l.database
    where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = ${migrationLock} and d.datname = 'interrupted'`;
  return rows.length > 0;
}

async function migrationsIn(url: string): Promise<number> {
  const sql = connect(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as is_there`;
    return row?.is_there ? Number((await sql`select count(*) from drizzle.__drizzle_migrations`)[0]?.count) : 0;
  } finally {
    await sql.end();
  }
}

async function badDisks({ image, environment, data, url, check }: Stage): Promise<void> {
  const begin = (volume: string, more: Record<string, string> = {}) =>
    start(runInCage(image, { environment: { ...environment, ...more }, data: volume }), url, 60_000);
  const said = ({ output }: Started) => output().trim().split("\n").slice(-2).join(" ").slice(0, 300);
  // No room for the two secrets.
  const full = await begin("size=4k,nr_inodes=1");
  check(
    "a full disk is said in a sentence",
    !full.isReady && /DATA_DIR cannot be used: its disk is full/.test(full.output()) && !isTrace(full),
    said(full),
  );
  await full.kill();
  const secrets = readSecrets(data);
  const elsewhere = { MAIL: "interface", MODEL_SERVER_URL: "http://127.0.0.1:9/v1" };
  const fullLater = await begin("size=4k,nr_inodes=1", { ...secrets, ...elsewhere });
  check(
    "with secrets in the environment, and mail and models elsewhere, it serves with a full disk",
    fullLater.isReady,
    said(fullLater),
  );
  await fullLater.stop();
  // The root is read-only already; this is a volume that is not mounted, or is not the account's.
  const foreign = await begin("size=1m,uid=0,mode=755");
  check(
    "a disk of another account is said in a sentence",
    !foreign.isReady && /DATA_DIR/.test(foreign.output()) && !isTrace(foreign),
    said(foreign),
  );
  await foreign.kill();
}

const isTrace = ({ output }: Started) => /\n\s+at .+:\d+:\d+/.test(output());

function readSecrets(data: string): Record<string, string> {
  const kept = JSON.parse(readFileSync(path.join(data, "secrets.json"), "utf8")) as Record<string, string>;
  return { AUTH_SECRET: kept.AUTH_SECRET ?? "", KEY_PEPPER: kept.KEY_PEPPER ?? "" };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
