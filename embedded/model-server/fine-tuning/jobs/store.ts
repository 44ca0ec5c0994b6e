import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { replaceFile } from "../../../platform/atomic-file";
import type { Job } from "./job";

/** Stores jobs in a folder, each with its checkpoints in its own: `<id>/job.json`, replaced in one step. */
export class JobStore {
  readonly #folder: string;
  /** The last write of each job: two writes of one job must not overtake each other. */
  readonly #writes = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns all jobs, oldest first. */
  async readAll(): Promise<Job[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const jobs: Job[] = [];
    for (const id of await readdir(this.#folder)) {
      const text = await readFile(path.join(this.folderOf(id), "job.json"), "utf8").catch(() => undefined);
      // A folder without its record belongs to a job whose creation was never answered.
      if (text === undefined) await rm(this.folderOf(id), { recursive: true, force: true });
      else {
        jobs.push(JSON.parse(text));
        await this.#removeAll(id, (name) => name.endsWith(".tmp"));
      }
    }
    return jobs.sort((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id));
  }

  /** Returns the folder of a job's checkpoints. */
  folderOf(id: string): string {
    return path.join(this.#folder, id);
  }

  /** Writes a job's present state. */
  write(job: Job): Promise<void> {
    const contents = JSON.stringify(job);
    const before = this.#writes.get(job.id) ?? Promise.resolve();
    const writing = before
      .catch(() => undefined)
      .then(() => replaceFile(path.join(this.folderOf(job.id), "job.json"), contents));
    this.#writes.set(job.id, writing);
    return writing;
  }

  /** Removes the checkpoints of a job that has ended. */
  removeCheckpoints(id: string): Promise<void> {
    return this.#removeAll(id, (name) => name.startsWith("checkpoint-"));
  }

  /** Waits for all pending writes. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#writes.values());
  }

  async #removeAll(id: string, isRemoved: (name: string) => boolean): Promise<void> {
    const names = await readdir(this.folderOf(id)).catch(() => []);
    for (const name of names.filter(isRemoved)) await rm(path.join(this.folderOf(id), name), { force: true });
  }
}
