import { execFileSync, type SpawnOptions } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { StartError } from "../platform/start-error";

/**
 * The account under which PostgreSQL runs. It refuses to run as root, so a root process gives it another account.
 * `passesClosedFolders`: this account may not enter a folder on the way to its files (a clone in /root) and gets a
 * capability for that.
 */
export type Account = { uid?: number; gid?: number; passesClosedFolders: boolean };

const advice =
  "Run Atelier as an ordinary user, move it to a folder that others may enter, or set DATABASE_URL to a PostgreSQL 16 or newer.";

/**
 * Chooses the account: that of this process unless it is root; then the owner of an existing cluster, `postgres` or
 * `nobody`. `folders` are the folders that it must reach. Throws a sentence when there is no such account, when the
 * cluster belongs to another account, or when the folders cannot be reached.
 */
export function chooseAccount(cluster: string, folders: string[]): Account {
  const own = process.getuid?.();
  const owner = existsSync(cluster) ? statSync(cluster) : undefined;
  if (own === undefined) return { passesClosedFolders: false };
  if (own !== 0) {
    if (owner !== undefined && owner.uid !== own) {
      throw new StartError(
        `${cluster} belongs to the account ${owner.uid}, this process runs as ${own}. Start Atelier as that account, or set DATA_DIR to another folder.`,
      );
    }
    return { passesClosedFolders: false };
  }
  const account = owner !== undefined && owner.uid !== 0 ? owner : (findUser("postgres") ?? findUser("nobody"));
  if (account === undefined) {
    throw new StartError(
      `PostgreSQL refuses to run as root, and there is no account "postgres" or "nobody". ${advice}`,
    );
  }
  const { uid, gid } = account;
  const blocked = folders.find((folder) => !canReach(folder, uid, gid));
  if (blocked === undefined) return { uid, gid, passesClosedFolders: false };
  const lent = { uid, gid, passesClosedFolders: true };
  if (!canLendCapability(lent)) {
    throw new StartError(
      `PostgreSQL refuses to run as root, and the account it would use (${uid}) may not enter ${blocked}. ${advice}`,
    );
  }
  return lent;
}

/** Returns how to start a program under this account: a command to put before it, if any, and options of `spawn`. */
export function runAs(account: Account): { command?: string; prefix: string[]; options: SpawnOptions } {
  const options: SpawnOptions = { cwd: path.parse(process.cwd()).root, env: environment };
  if (account.uid === undefined || account.gid === undefined) return { prefix: [], options };
  if (!account.passesClosedFolders) {
    return { prefix: [], options: { ...options, uid: account.uid, gid: account.gid } };
  }
  return { command: "setpriv", prefix: lendCapability(account), options };
}

function lendCapability({ uid, gid }: Account): string[] {
  const only = `-all,+${capability()}`;
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
    `--bounding-set=${only}`,
    // Without this, access(2) ignores capabilities, and PostgreSQL uses it to check its own files.
    "--securebits=+no_setuid_fixup",
  ];
}

/**
 * Returns the capability to give. Reading would be enough, but containers usually keep only the one that also allows
 * writing.
 */
function capability(): string {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  const readAndSearch = 1n << 2n;
  return (BigInt(`0x${bounding}`) & readAndSearch) === 0n ? "dac_override" : "dac_read_search";
}

function canLendCapability(account: Account): boolean {
  if (process.platform !== "linux") return false;
  try {
    execFileSync("setpriv", [...lendCapability(account), "true"], {
      stdio: "ignore",
      cwd: "/",
      env: environment,
    });
    return true;
  } catch {
    return false;
  }
}

function findUser(name: string): { uid: number; gid: number } | undefined {
  const ask = (flag: string) =>
    Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }).toString());
  try {
    return { uid: ask("-u"), gid: ask("-g") };
  } catch {
    return undefined;
  }
}

/** Checks whether the permission bits let an account without other groups reach `target`. */
function canReach(target: string, uid: number, gid: number): boolean {
  const { root } = path.parse(target);
  for (let folder = target; ; folder = path.dirname(folder)) {
    if (existsSync(folder)) {
      const { mode, uid: owner, gid: group } = statSync(folder);
      const shift = owner === uid ? 6 : group === gid ? 3 : 0;
      if (((mode >> shift) & 1) === 0) return false;
    }
    if (folder === root) return true;
  }
}

/** The environment is not inherited: PG* and LC_* variables for other servers must not reach this one. */
const environment = {
  LC_ALL: "C",
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin",
} as unknown as NodeJS.ProcessEnv;
