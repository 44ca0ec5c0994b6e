import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { replaceFile } from "../../../platform/atomic-file";
import { prepareRetrieval } from "../../answering/retrieved-counts";
import { deserialise, type LanguageModel } from "../../language-model/language-model";

/** The data of a fine-tuned model, without its counts. */
export interface TunedModel {
  id: string;
  /** The job that made it, and the base it was made from. */
  job: string;
  root: string;
  /** Seconds since 1970. */
  created: number;
  name: string;
  description: string | null;
  archived: boolean;
}

const usualLoadedBytes = 128 * 1024 * 1024;
/** The approximate size of one exchange: its index and its text. */
const bytesOfExchange = 10_000;

/** Stores fine-tuned models in a folder: `<job>/model.bin` and, written after it, `<job>/model.json`. */
export class TunedModels {
  readonly #folder: string;
  readonly #models = new Map<string, TunedModel>();
  /** Least recently used first. */
  readonly #loaded = new Map<string, { loading: Promise<LanguageModel>; bytes: number }>();

  readonly #mostLoadedBytes: number;

  private constructor(folder: string, mostLoadedBytes: number) {
    this.#folder = folder;
    this.#mostLoadedBytes = mostLoadedBytes;
  }

  /**
   * Reads the existing models. The model of an unfinished job has no `model.json` yet and is ignored. Models in memory
   * use at most about `mostLoadedBytes` together, except that the last requested one always stays.
   */
  static async open(folder: string, mostLoadedBytes = usualLoadedBytes): Promise<TunedModels> {
    const models = new TunedModels(folder, mostLoadedBytes);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const found: TunedModel[] = [];
    for (const name of await readdir(folder)) {
      const text = await readFile(path.join(folder, name, "model.json"), "utf8").catch(() => undefined);
      if (text !== undefined) found.push(JSON.parse(text));
    }
    for (const model of found.sort((a, b) => a.created - b.created)) models.#models.set(model.id, model);
    return models;
  }

  /** Returns the path for the job's model, and makes its folder. */
  async prepare(job: string): Promise<string> {
    await mkdir(path.join(this.#folder, job), { recursive: true, mode: 0o700 });
    return this.#binaryOf(job);
  }

  /** Adds a model whose binary was written, or replaces its data. */
  async keep(model: TunedModel): Promise<void> {
    await replaceFile(path.join(this.#folder, model.job, "model.json"), JSON.stringify(model));
    this.#models.set(model.id, model);
  }

  get(id: string): TunedModel | undefined {
    return this.#models.get(id);
  }

  /** Returns all models, oldest first. */
  list(): TunedModel[] {
    return [...this.#models.values()];
  }

  /** Removes a model. Returns whether it existed. Answers in progress are finished. */
  async remove(id: string): Promise<boolean> {
    const model = this.#models.get(id);
    if (!model) return false;
    this.#models.delete(id);
    this.#loaded.delete(id);
    await rm(path.join(this.#folder, model.job), { recursive: true, force: true });
    return true;
  }

  /** Removes the files of a job's model that is not offered. */
  async discard(job: string): Promise<void> {
    if (this.list().some((model) => model.job === job)) return;
    await rm(path.join(this.#folder, job), { recursive: true, force: true });
  }

  /** Returns a model from memory or from the disk; undefined: there is none. */
  async load(id: string): Promise<LanguageModel | undefined> {
    const model = this.#models.get(id);
    if (!model) return undefined;
    const known = this.#loaded.get(id);
    const entry = known ?? { loading: this.#read(model), bytes: 0 };
    this.#loaded.delete(id);
    this.#loaded.set(id, entry);
    try {
      return await entry.loading;
    } catch (error) {
      this.#loaded.delete(id);
      if (!this.#models.has(id)) return undefined;
      throw error;
    }
  }

  /** The number of models in memory. */
  get loadedCount(): number {
    return this.#loaded.size;
  }

  async #read({ id, job }: TunedModel): Promise<LanguageModel> {
    const bytes = await readFile(this.#binaryOf(job));
    const model = deserialise(bytes);
    await prepareRetrieval(model);
    const exchanges = model.exchanges.length + (model.tuning?.exchanges.length ?? 0);
    const entry = this.#loaded.get(id);
    if (entry) entry.bytes = bytes.length + exchanges * bytesOfExchange;
    this.#makeRoom();
    return model;
  }

  #makeRoom(): void {
    let total = 0;
    for (const { bytes } of this.#loaded.values()) total += bytes;
    for (const [id, { bytes }] of this.#loaded) {
      if (total <= this.#mostLoadedBytes || this.#loaded.size === 1) return;
      this.#loaded.delete(id);
      total -= bytes;
    }
  }

  #binaryOf(job: string): string {
    return path.join(this.#folder, job, "model.bin");
  }
}
