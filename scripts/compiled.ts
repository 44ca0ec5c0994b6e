// Keeps compiled code of modules for the next start of the same build.
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import module from "node:module";
import path from "node:path";

/** The functions of Node.js 22.10 and newer. */
type CompileCache = { enableCompileCache?: (folder: string) => unknown; flushCompileCache?: () => void };

/**
 * Lets modules that are loaded from now on use the code that an earlier start of this build compiled, if Node.js can do
 * that: compiling is a third of a start. Without space or an earlier start they are compiled as usual.
 *
 * @param stamp the file in which a build notes its sources
 * @returns a function that stores what was compiled so far; undefined: nothing is stored
 */
export function loadCompiled(
  dataDir: string,
  stamp: string,
  { enableCompileCache, flushCompileCache } = module as CompileCache,
): (() => void) | undefined {
  if (!enableCompileCache || !flushCompileCache) return undefined;
  try {
    const build = readFileSync(stamp, "utf8").trim().slice(0, 16);
    const folder = path.join(dataDir, "compiled");
    ownFolder(folder);
    for (const other of readdirSync(folder).filter((name) => name !== build))
      rmSync(path.join(folder, other), { recursive: true, force: true });
    ownFolder(path.join(folder, build));
    enableCompileCache(path.join(folder, build));
    return () => setImmediate(flushCompileCache);
  } catch {
    return undefined;
  }
}

/**
 * Makes a folder that only this user can write to. Its contents are executed, so another account that could write there
 * could run code as this one.
 *
 * @throws Error when it cannot be made, belongs to another account, is writable by others, or is not a folder
 */
function ownFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = lstatSync(folder);
  const isOwn = process.getuid === undefined || uid === process.getuid();
  if ((mode & 0o170000) !== 0o040000 || !isOwn || (process.platform !== "win32" && (mode & 0o022) !== 0))
    throw new Error(`${folder} is not this user's alone`);
}
