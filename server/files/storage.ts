import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";

/** The bytes of a file are not there, or no longer. */
export class NoSuchObject extends Error {
  override readonly name = "NoSuchObject";
}

/** The bytes of a stored file, as a stream. Throws `NoSuchObject`. */
export async function open(workspaceId: string, id: string): Promise<Readable> {
  const file = path.resolve(process.env.DATA_DIR ?? ".data", "files", workspaceId, id);
  await access(file).catch((cause) => {
    throw new NoSuchObject("no such file", { cause });
  });
  return createReadStream(file);
}
