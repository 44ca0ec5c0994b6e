import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { freePort } from "@/embedded/platform/free-port";
import { chooseAccount } from "@/embedded/postgres/account";
import { locateBinaries, runBinary } from "@/embedded/postgres/binaries";
import { startServer, stopServer } from "@/embedded/postgres/cluster";
import { type EmbeddedPostgres, startPostgres } from "@/embedded/postgres/postgres";
import { addFile, copyCluster } from "./copied-cluster";

/** A primary and a physical standby that follows it. */
export type Replicated = {
  primary: EmbeddedPostgres;
  /** As the superuser, in the database `atelier`. */
  sql: postgres.Sql;
  /** The standby's, as the role `atelier_app`. */
  standbyUrl: string;
  /** Runs something at the standby as the superuser, such as `select pg_wal_replay_pause()`. */
  atStandby(statement: string): Promise<unknown>;
  /** Waits until the standby has everything that the primary has now. */
  caughtUp(): Promise<void>;
  /** Stops the primary with `-m immediate`, which ends all backends at once, and starts it again. */
  restartPrimary(): Promise<void>;
  stopStandby(): Promise<void>;
  startStandby(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts both, in a folder of their own. The embedded binaries have no `pg_basebackup`, so the standby is made from a
 * copy.
 */
export async function startWithStandby(): Promise<Replicated> {
  const folder = mkdtempSync(path.join(tmpdir(), "atelier-standby-"));
  // PostgreSQL may run as another account than this process.
  chmodSync(folder, 0o755);
  const primary = await startPostgres({ dataDir: folder, settings: { fsync: "off" } });
  const [from, to] = [path.join(folder, "postgres"), path.join(folder, "standby")];
  const sql = postgres(inAtelier(primary.superuserUrl), { max: 3, onnotice: () => {} });
  await appendFile(path.join(from, "pg_hba.conf"), "host replication all 127.0.0.1/32 scram-sha-256\n");
  await sql`select pg_reload_conf()`;
  await copyCluster(sql, from, to);

  const port = await freePort();
  const { password } = new URL(primary.superuserUrl);
  const conninfo = `host=127.0.0.1 port=${primary.port} user=postgres password=${decodeURIComponent(password)}`;
  await appendFile(path.join(to, "postgresql.conf"), `port = ${port}\nprimary_conninfo = '${conninfo}'\n`);
  await addFile(to, "standby.signal", "");
  const binaries = locateBinaries();
  const account = chooseAccount(to, [folder, path.dirname(binaries.initdb), binaries.native]);
  const cluster = { folder: to, logFile: path.join(folder, "standby.log"), binaries, account };
  await startServer(cluster);
  const atPort = (url: string) => Object.assign(new URL(url), { port: String(port) }).href;
  const atStandby = async <T>(statement: string): Promise<T[]> => {
    const once = postgres(atPort(inAtelier(primary.superuserUrl)), { max: 1, onnotice: () => {} });
    try {
      return (await once.unsafe(statement)) as unknown as T[];
    } finally {
      await once.end({ timeout: 1 });
    }
  };
  return {
    ...{ primary, sql, atStandby, standbyUrl: atPort(primary.appUrl) },
    async caughtUp() {
      const [here] = await sql`select pg_current_wal_lsn()::text as lsn`;
      for (;;) {
        const [there] = await atStandby<{ has: boolean }>(`select pg_last_wal_replay_lsn() >= '${here?.lsn}' as has`);
        if (there?.has) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async restartPrimary() {
      const control = (...args: string[]) => runBinary(account, binaries.pgCtl, [...args, "-D", from, "-w"], "ignore");
      await control("stop", "-m", "immediate");
      await control("start", "-t", "30", "-l", path.join(folder, "postgres.log"));
    },
    stopStandby: () => stopServer(cluster),
    startStandby: () => startServer(cluster),
    async close() {
      await sql.end({ timeout: 1 });
      await stopServer(cluster).catch(() => {});
      await primary.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function inAtelier(url: string): string {
  return Object.assign(new URL(url), { pathname: "/atelier" }).href;
}
