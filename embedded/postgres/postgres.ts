import { realpathSync } from "node:fs";
import { copyFile, mkdir, rm, stat, truncate } from "node:fs/promises";
import path from "node:path";
import type postgres from "postgres";
import { freePort } from "../platform/free-port";
import { StartError } from "../platform/start-error";
import { withStartLock } from "../platform/start-lock";
import { chooseAccount } from "./account";
import { locateBinaries } from "./binaries";
import {
  type Cluster,
  configure,
  initialise,
  isPassing,
  readPostmaster,
  type Settings,
  startServer,
  stopServer,
} from "./cluster";
import { loadCredentials, savePort } from "./credentials";
import { enter, leave } from "./presence";
import { isPostmaster } from "./process";
import { ensureRoles, type Urls, urlsFor } from "./roles";

/** A running embedded PostgreSQL. `superuserUrl` is for set-up and tests only, never for the application. */
export type EmbeddedPostgres = {
  ownerUrl: string;
  appUrl: string;
  superuserUrl: string;
  port: number;
  /**
   * Releases the server, and stops it when no other client is connected; another application on the same data folder
   * keeps it running. The caller's own connections count too after 2 s, so close them first.
   */
  stop(): Promise<void>;
};

type Options = {
  /** The data folder; PostgreSQL's own folder is `postgres` in it. */
  dataDir: string;
  /**
   * Settings for postgresql.conf, which override the defaults. They apply when the server is started, not when a
   * running one is found.
   */
  settings?: Settings;
  /** Whether to start the server again, on its port, if it dies while this process lives. */
  supervise?: boolean;
};

type Session = { urls: Urls; port: number; presence: postgres.Sql };

const startPatienceMs = 30_000;
const logLimitBytes = 8 * 1024 * 1024;
const logCheckMs = 60_000;

/**
 * Starts the PostgreSQL of the npm package, or finds the one that already runs on this data folder. The first start
 * makes the cluster, the roles and the database `atelier`. Several processes may call it at once. Throws a sentence
 * when the platform, the account or the version of existing data does not allow it.
 */
export async function startPostgres({ dataDir, settings = {}, supervise = false }: Options): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const data = realpathSync(dataDir);
  const folder = path.join(data, "postgres");
  const binaries = locateBinaries();
  const reach = [data, path.dirname(binaries.initdb), path.join(binaries.native, "share", "postgresql")];
  const cluster = { folder, logFile: path.join(data, "postgres.log"), binaries, account: chooseAccount(folder, reach) };
  const exclusively = <T>(action: () => Promise<T>) => withStartLock(path.join(data, "postgres.lock"), action);

  let isStopped = false;
  let held: Promise<Session | undefined>;
  const open = () => exclusively(() => findOrStart(cluster, settings, onLost));
  const reopen = async (): Promise<Session | undefined> => {
    await pause(500);
    return isStopped ? undefined : open().catch(reopen);
  };
  const onLost = () => {
    if (supervise && !isStopped) held = reopen();
  };

  const first = await open();
  held = Promise.resolve(first);
  const log = setInterval(() => void boundLog(cluster.logFile).catch(() => undefined), logCheckMs);
  log.unref();
  return {
    ownerUrl: first.urls.owner,
    appUrl: first.urls.app,
    superuserUrl: first.urls.superuser,
    port: first.port,
    async stop() {
      if (isStopped) return;
      isStopped = true;
      clearInterval(log);
      const session = await held;
      if (session === undefined) return;
      await exclusively(async () => {
        if (await leave(session.presence)) await stopServer(cluster);
      });
    },
  };
}

async function findOrStart(cluster: Cluster, settings: Settings, onLost: () => void): Promise<Session> {
  const { folder, logFile, binaries } = cluster;
  const credentials = await loadCredentials(folder);
  await initialise(cluster, credentials.passwords.postgres, settings.fsync !== "off");
  await boundLog(logFile);
  const deadline = Date.now() + startPatienceMs;
  for (;;) {
    const postmaster = readPostmaster(folder);
    if (postmaster === undefined || !isPostmaster(postmaster.pid, folder)) {
      await startAgain(cluster, settings, credentials.port, deadline);
      continue;
    }
    const { pid, port } = postmaster;
    const urls = urlsFor(port, credentials.passwords);
    const presence = await enter(urls.superuser, folder, onLost);
    if (presence !== undefined) {
      await ensureRoles(presence, urls, credentials.passwords, binaries);
      await savePort(folder, credentials, port);
      return { urls, port, presence };
    }
    if (Date.now() > deadline)
      throw new StartError(`PostgreSQL (process ${pid}) runs and does not answer. See ${logFile}.`);
    await pause(100);
  }
}

async function startAgain(cluster: Cluster, settings: Settings, port: number, deadline: number): Promise<void> {
  // A killed server leaves this file; PostgreSQL would take any living process with its number for that server.
  await rm(path.join(cluster.folder, "postmaster.pid"), { force: true });
  await configure(cluster, await freePort(port), settings);
  try {
    await startServer(cluster);
  } catch (error) {
    const isRecovering = readPostmaster(cluster.folder) !== undefined;
    if (Date.now() > deadline || !(isRecovering || isPassing(error))) {
      throw new StartError("The embedded PostgreSQL does not start.", { cause: error });
    }
    await pause(250);
  }
}

/**
 * Limits the size of the server's log. The server appends to it, so it can be cut while the server runs; one older part
 * is kept.
 */
async function boundLog(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || found.size <= logLimitBytes) return;
  await copyFile(file, `${file}.1`);
  await truncate(file);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
