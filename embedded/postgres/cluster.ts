import { randomUUID } from "node:crypto";
import { chownSync, existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { StartError } from "../platform/start-error";
import type { Account } from "./account";
import { type Binaries, runBinary } from "./binaries";

/** A PostgreSQL data folder, with its program and the account under which it runs. */
export type Cluster = { folder: string; logFile: string; binaries: Binaries; account: Account };

/** Settings for postgresql.conf by name, with unquoted values. */
export type Settings = Record<string, string | number>;

/** Settings for a small server. Settings by ALTER SYSTEM take precedence. */
const defaults: Settings = {
  max_connections: 100,
  shared_buffers: "128MB",
  effective_cache_size: "512MB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  wal_compression: "pglz",
  max_wal_size: "512MB",
  random_page_cost: 1.1,
  // A client that stops in the middle of a transaction must not keep its locks.
  idle_in_transaction_session_timeout: "60s",
  log_min_messages: "warning",
  log_checkpoints: "off",
  // Statements contain e-mail addresses and hashes, which must not be in a log file.
  log_min_error_statement: "panic",
  log_parameter_max_length_on_error: 0,
  log_line_prefix: "%m [%p] ",
  timezone: "UTC",
  log_timezone: "UTC",
};

/**
 * Returns the settings that a caller cannot change: the server is reachable from this machine only, and by password
 * only.
 */
const fixed = (port: number): Settings => ({
  listen_addresses: "127.0.0.1",
  port,
  unix_socket_directories: "",
  password_encryption: "scram-sha-256",
  logging_collector: "off",
});

/**
 * Makes the cluster if there is none. It gets its name when it is complete, so a crash leaves no incomplete cluster.
 * Throws a sentence when another major version made the existing one.
 */
export async function initialise(cluster: Cluster, superuserPassword: string, isDurable: boolean): Promise<void> {
  const { folder, binaries, account } = cluster;
  const parent = path.dirname(folder);
  if (existsSync(folder)) {
    const version = readMajor(folder);
    if (version === binaries.major) return;
    throw new StartError(
      version === undefined
        ? `${folder} exists and is not a PostgreSQL data folder. Move it away, or set DATA_DIR to another folder.`
        : `${folder} was made by PostgreSQL ${version}, this Atelier brings PostgreSQL ${binaries.major}. Move the data over with pg_dump of version ${version}, or set DATABASE_URL to a server of version ${version}.`,
    );
  }
  const draftName = `${path.basename(folder)}.new-`;
  for (const name of await readdir(parent)) {
    if (name.startsWith(draftName)) await rm(path.join(parent, name), { recursive: true, force: true });
  }
  const draft = path.join(parent, draftName + randomUUID());
  const passwordFile = `${draft}.password`;
  try {
    await writeFile(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });
    await mkdir(draft, { mode: 0o700 });
    giveTo(account, passwordFile);
    giveTo(account, draft);
    // The built-in locale sorts in the same way on every machine and in every version; the system's locales do not.
    await runBinary(
      account,
      binaries.initdb,
      [
        ...["-D", draft, "--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--encoding=UTF8"],
        ...["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"],
        ...(isDurable ? [] : ["--no-sync"]),
      ],
      "read",
    );
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw new StartError(`The embedded PostgreSQL could not be set up in ${folder}.`, { cause: error });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Writes the configuration for the next start of the server. */
export async function configure(cluster: Cluster, port: number, settings: Settings): Promise<void> {
  const quote = (value: string | number) => `'${String(value).replaceAll("'", "''")}'`;
  const lines = Object.entries({ ...defaults, ...settings, ...fixed(port) });
  const files = {
    "postgresql.conf": [
      "# Written at every start. Settings of your own: ALTER SYSTEM SET …",
      ...lines.map(([name, value]) => `${name} = ${quote(value)}`),
    ],
    "pg_hba.conf": ["# Written at every start.", "host all all 127.0.0.1/32 scram-sha-256"],
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(cluster.folder, name);
    await writeFile(`${file}.new`, `${text.join("\n")}\n`, { mode: 0o600 });
    giveTo(cluster.account, `${file}.new`);
    await rename(`${file}.new`, file);
  }
}

/** Starts the server and waits until it answers, at most 20 s. Rejects with its log output. */
export async function startServer(cluster: Cluster): Promise<void> {
  const { folder, logFile, binaries, account } = cluster;
  await writeFile(logFile, "", { flag: "a", mode: 0o600 });
  await chmod(logFile, 0o600);
  giveTo(account, logFile);
  const before = readFileSync(logFile).length;
  try {
    await runBinary(account, binaries.pgCtl, ["start", "-D", folder, "-l", logFile, "-w", "-t", "20"], "ignore");
  } catch (error) {
    const said = readFileSync(logFile).subarray(before).toString().trim();
    throw new Error(said === "" ? `PostgreSQL did not start, see ${logFile}.` : said, { cause: error });
  }
}

/**
 * Checks whether another attempt to start may succeed: after a kill, the old backends need a moment to end, and another
 * process may have taken the port meanwhile. The messages are the server's; LC_ALL=C keeps them in English.
 */
export function isPassing(error: unknown): boolean {
  const said = error instanceof Error ? error.message : "";
  return ["pre-existing shared memory block", "lock file", "could not bind", "could not create any TCP/IP"].some(
    (part) => said.includes(part),
  );
}

/** Stops the server and its clients' connections, and waits for it, at most 20 s. */
export async function stopServer({ folder, binaries, account }: Cluster): Promise<void> {
  await runBinary(account, binaries.pgCtl, ["stop", "-D", folder, "-m", "fast", "-w", "-t", "20"], "ignore");
}

/** Returns the process number and port from postmaster.pid, which a killed server leaves behind. */
export function readPostmaster(folder: string): { pid: number; port: number } | undefined {
  try {
    const lines = readFileSync(path.join(folder, "postmaster.pid"), "utf8").split("\n");
    const pid = Number.parseInt(lines[0] ?? "", 10);
    const port = Number.parseInt(lines[3] ?? "", 10);
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, port: Number.isSafeInteger(port) ? port : 0 } : undefined;
  } catch {
    return undefined;
  }
}

function readMajor(folder: string): string | undefined {
  try {
    return readFileSync(path.join(folder, "PG_VERSION"), "utf8").trim();
  } catch {
    return undefined;
  }
}

function giveTo({ uid, gid }: Account, target: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(target, uid, gid);
}
