import { randomUUID } from "node:crypto";
import { link, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";

async function writeBeside(file: string, contents: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}.tmp`;
  const handle = await open(temporary, "wx", 0o600);
  try {
    await handle.writeFile(contents);
    await handle.sync();
  } catch (error) {
    // On a full disk, the incomplete file would stay and never be read.
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

/**
 * Replaces a file in one step: readers see the old or the new contents, never a part, even after a crash. Only its
 * owner can read the file. Missing folders are made (0700).
 */
export async function replaceFile(file: string, contents: string): Promise<void> {
  const temporary = await writeBeside(file, contents);
  try {
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Creates a file in one step, readable by its owner only, unless it exists. Of several writers exactly one gets `true`;
 * the others get `false` and find a complete file. Missing folders are made (0700).
 */
export async function createFile(file: string, contents: string): Promise<boolean> {
  const temporary = await writeBeside(file, contents);
  try {
    // A hard link refuses an existing name, which a rename does not.
    await link(temporary, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}
