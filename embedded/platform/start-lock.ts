import { randomUUID } from "node:crypto";
import { readFile, rm, stat, utimes } from "node:fs/promises";
import { createFile } from "./atomic-file";
import { StartError } from "./start-error";

const beatEveryMs = 500;
/**
 * A holder that has not touched its file for this time does not live any more, even if a process with its number
 * exists.
 */
const deadAfterMs = 5_000;
const retryEveryMs = 50;

/**
 * Runs `action` under a lock file, so that no other process runs one with the same file. The lock of a killed process
 * is taken over at once, or after 5 s if another process now has its number. Throws after waiting for `patienceMs`.
 */
export async function withStartLock<T>(file: string, action: () => Promise<T>, patienceMs = 60_000): Promise<T> {
  const holder = `${process.pid} ${randomUUID()}`;
  const deadline = Date.now() + patienceMs;
  while (!(await createFile(file, holder))) {
    await removeIfAbandoned(file);
    if (Date.now() > deadline) {
      throw new StartError(`Another start of Atelier has held ${file} for a minute. Stop it, then try again.`);
    }
    await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, beatEveryMs);
  beat.unref();
  try {
    return await action();
  } finally {
    clearInterval(beat);
    if ((await readHolder(file)) === holder) await rm(file, { force: true });
  }
}

const readHolder = (file: string): Promise<string | undefined> => readFile(file, "utf8").catch(() => undefined);

async function removeIfAbandoned(file: string): Promise<void> {
  const holder = await readHolder(file);
  const touched = await stat(file).catch(() => undefined);
  if (holder === undefined || touched === undefined) return;
  const isAbandoned = !isAlive(Number.parseInt(holder, 10)) || Date.now() - touched.mtimeMs > deadAfterMs;
  // Read again, because another process may have written the file in between.
  if (isAbandoned && (await readHolder(file)) === holder) await rm(file, { force: true });
}

/** Checks whether a process with this number exists, under any account. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
