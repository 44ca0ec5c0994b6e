import { createReadStream } from "node:fs";
import { access, constants, type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { type Bytes, NoSuchObject, Source, type Store, StoreDown, StoreFull } from "./store";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const fullCodes = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/**
 * A store in a folder of this machine: `FOLDER/WORKSPACE/ID`. A file that is being written is `FOLDER/incoming/ID`, on
 * the same file system, and moves only after all of it is on the disk. Readable only by the owner.
 */
export function diskStore(folder: string): Store {
  const placeOf = (workspaceId: string, id: string) => {
    // Both ids come from the database; a name that is not an id must not leave the folder.
    if (!uuid.test(workspaceId) || !uuid.test(id)) throw new StoreDown(new Error("no id of a file"));
    return { temporary: path.join(folder, "incoming", id), final: path.join(folder, workspaceId, id) };
  };
  return {
    async put(workspaceId, id, from) {
      const { temporary, final } = placeOf(workspaceId, id);
      const source = new Source(from);
      try {
        for (const file of [temporary, final]) await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
        await write(temporary, source);
        await rename(temporary, final);
        await syncFolder(path.dirname(final));
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {});
        throw source.blame(error, failureOf);
      }
    },
    async open(workspaceId, id) {
      const stream = createReadStream(placeOf(workspaceId, id).final, { highWaterMark: 256 * 1024 });
      await new Promise<void>((resolve, reject) => {
        stream.once("open", () => resolve());
        stream.once("error", (error) =>
          reject(codeOf(error) === "ENOENT" ? new NoSuchObject(error) : failureOf(error)),
        );
      });
      return stream as Readable;
    },
    async erase(workspaceId, id) {
      const { temporary, final } = placeOf(workspaceId, id);
      try {
        await rm(temporary, { force: true });
        await rm(final, { force: true });
      } catch (error) {
        throw new StoreDown(error);
      }
    },
    async check() {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      } catch (error) {
        throw new StoreDown(error);
      }
    },
  };
}

/** How many bytes are collected before they are written, while the chunk before is still being written. */
const batchBytes = 512 * 1024;

async function write(file: string, source: AsyncIterable<Bytes>): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  let writing: Promise<void> = Promise.resolve();
  try {
    let batch: Bytes[] = [];
    let length = 0;
    for await (const chunk of source) {
      batch.push(chunk);
      length += chunk.length;
      if (length < batchBytes) continue;
      await writing;
      writing = writeAll(handle, batch);
      // The failure is thrown when the next chunk comes, or at the end.
      writing.catch(() => {});
      [batch, length] = [[], 0];
    }
    await writing;
    await writeAll(handle, batch);
    await handle.sync();
  } finally {
    await writing.catch(() => {});
    await handle.close();
  }
}

/** Writes all bytes: a single write may take fewer, for example the last one before a disk is full. */
async function writeAll(handle: FileHandle, batch: Bytes[]): Promise<void> {
  const whole = Buffer.concat(batch);
  for (let done = 0; done < whole.length; ) {
    const { bytesWritten } = await handle.write(whole, done, whole.length - done);
    done += bytesWritten;
  }
}

/**
 * Syncs a folder, without which a new name in it is not on the disk. A file system whose folders cannot be synced does
 * this itself.
 */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");

function failureOf(error: unknown): Error {
  if (error instanceof StoreDown) return error;
  return fullCodes.has(codeOf(error)) ? new StoreFull(error) : new StoreDown(error);
}
