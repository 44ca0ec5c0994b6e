import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createFile } from "../platform/atomic-file";
import { StartError } from "../platform/start-error";

/** The two secrets that an installation without configuration makes for itself. */
export type Secrets = { AUTH_SECRET: string; KEY_PEPPER: string };

const isSecret = (value: unknown): value is string =>
  typeof value === "string" && Buffer.from(value, "base64url").length >= 32;

/**
 * Returns the secrets in `dataDir/secrets.json`, 32 random bytes each in base64url. The first caller makes them, also
 * when several processes call at once; later they never change. A damaged file is an error and is never replaced,
 * because new secrets would make every API key of the installation unusable.
 */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const file = path.join(dataDir, "secrets.json");
  const existing = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (existing === undefined) {
    const fresh: Secrets = {
      AUTH_SECRET: randomBytes(32).toString("base64url"),
      KEY_PEPPER: randomBytes(32).toString("base64url"),
    };
    await createFile(file, `${JSON.stringify(fresh, null, 2)}\n`);
  }
  return parse(file, existing ?? (await readFile(file, "utf8")));
}

function parse(file: string, text: string): Secrets {
  try {
    const { AUTH_SECRET, KEY_PEPPER } = JSON.parse(text) as Record<string, unknown>;
    if (isSecret(AUTH_SECRET) && isSecret(KEY_PEPPER)) return { AUTH_SECRET, KEY_PEPPER };
  } catch {
    // Not JSON: the error below does not repeat the text of the file.
  }
  throw new StartError(
    `${file} is damaged: restore it from a backup. Without it the API keys made so far stop working.`,
  );
}
