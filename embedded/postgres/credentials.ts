import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createFile, replaceFile } from "../platform/atomic-file";
import { freePort } from "../platform/free-port";
import { StartError } from "../platform/start-error";
import type { Passwords } from "./roles";

/** The data for the next start: the port, so that URLs stay valid, and the passwords. */
export type Credentials = { port: number; passwords: Passwords };

const fileFor = (folder: string) => path.join(path.dirname(folder), "postgres.json");

/**
 * Reads `postgres.json` beside the cluster's folder, or makes it if neither exists. Throws a sentence when it is
 * missing or damaged but there is a cluster.
 */
export async function loadCredentials(folder: string): Promise<Credentials> {
  const file = fileFor(folder);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text !== undefined) {
    try {
      const { port, passwords } = JSON.parse(text) as Credentials;
      if (Number.isSafeInteger(port) && passwords.postgres && passwords.owner && passwords.app) {
        return { port, passwords };
      }
    } catch {
      // Not JSON: the error below does not repeat the text of the file.
    }
  }
  if (text !== undefined || existsSync(folder)) {
    const state = text === undefined ? "missing" : "damaged";
    throw new StartError(`${file}, which holds the database's passwords, is ${state}. Restore it from a backup.`);
  }
  const password = () => randomBytes(24).toString("base64url");
  const passwords = { postgres: password(), owner: password(), app: password() };
  const fresh = { port: await freePort(), passwords };
  await createFile(file, `${JSON.stringify(fresh, null, 2)}\n`);
  return fresh;
}

/** Stores the server's new port, if its former one was taken. */
export async function savePort(folder: string, credentials: Credentials, port: number): Promise<void> {
  if (credentials.port === port) return;
  await replaceFile(fileFor(folder), `${JSON.stringify({ ...credentials, port }, null, 2)}\n`);
}
