import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { replaceFile } from "../../../platform/atomic-file";

/** The data of an uploaded file. */
export interface StoredFile {
  id: string;
  bytes: number;
  /** Seconds since 1970. */
  createdAt: number;
  filename: string;
  mimetype: string | null;
  sampleType: "instruct" | "pretrain";
  lines: number;
  visibility: "workspace" | "user";
}

/**
 * Stores uploaded files in a folder: `<id>.data` and, written after it, `<id>.json`. A file exists only when both do.
 */
export class FileStore {
  readonly #folder: string;
  readonly #files = new Map<string, StoredFile>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads the existing files and removes those that a crash left incomplete. */
  static async open(folder: string): Promise<FileStore> {
    const store = new FileStore(folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = await readdir(folder);
    for (const name of names.filter((one) => one.endsWith(".json"))) {
      const file: StoredFile = JSON.parse(await readFile(path.join(folder, name), "utf8"));
      if (names.includes(`${file.id}.data`)) store.#files.set(file.id, file);
    }
    for (const name of names) {
      const [id = "", ending] = name.split(".");
      const isWhole = store.#files.has(id) && (ending === "data" || name === `${id}.json`);
      if (!isWhole) await rm(path.join(folder, name), { force: true });
    }
    return store;
  }

  /** Returns the path for an upload while it arrives. */
  partOf(id: string): string {
    return path.join(this.#folder, `${id}.part`);
  }

  /** Returns the path of a file's bytes. */
  pathOf(id: string): string {
    return path.join(this.#folder, `${id}.data`);
  }

  /** Adds the file that was written to `partOf(file.id)`. */
  async keep(file: StoredFile): Promise<void> {
    await rename(this.partOf(file.id), this.pathOf(file.id));
    try {
      await replaceFile(path.join(this.#folder, `${file.id}.json`), JSON.stringify(file));
    } catch (error) {
      await rm(this.pathOf(file.id), { force: true });
      throw error;
    }
    this.#files.set(file.id, file);
  }

  get(id: string): StoredFile | undefined {
    return this.#files.get(id);
  }

  /** Returns all files, newest first. */
  list(): StoredFile[] {
    return [...this.#files.values()].reverse().sort((a, b) => b.createdAt - a.createdAt);
  }

  read(id: string): Readable {
    return createReadStream(this.pathOf(id));
  }

  /** Removes a file. Returns whether it existed. */
  async remove(id: string): Promise<boolean> {
    if (!this.#files.delete(id)) return false;
    await rm(path.join(this.#folder, `${id}.json`), { force: true });
    await rm(this.pathOf(id), { force: true });
    return true;
  }
}
