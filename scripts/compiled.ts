// Keeps the code of modules as it was compiled, for the next start of the same build.
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import module from "node:module";
import path from "node:path";

/** What Node.js 22.10 and newer have. */
type CompileCache = { enableCompileCache?: (folder: string) => unknown; flushCompileCache?: () => void };

/**
 * Has the modules that are loaded from now on come as they were compiled at a former start of this build, where Node.js can do that: compiling is a third
 * of a start. Without room for it, or without a former start, they are compiled.
 *
 * @param stamp the file in which a build notes what it was made of
 * @returns keeps what was compiled by then; undefined: nothing is kept
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
 * Makes a folder that this user alone may write to. What is in it is run: another account that could write there would be this one.
 *
 * @throws Error where it cannot be made, or is there and is another account's, open to others, or no folder
 */
function ownFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = lstatSync(folder);
  const isOwn = process.getuid === undefined || uid === process.getuid();
  if ((mode & 0o170000) !== 0o040000 || !isOwn || (process.platform !== "win32" && (mode & 0o022) !== 0))
    throw new Error(`${folder} is not this user's alone`);
}
