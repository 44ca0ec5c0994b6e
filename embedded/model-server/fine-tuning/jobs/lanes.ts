import { mkdir } from "node:fs/promises";
import { type LanguageModel, serialise } from "../../language-model/language-model";
import type { FileStore } from "../files/store";
import type { TunedModels } from "../models/tuned-models";
import { TuningRefusal } from "../refusal";
import type { Work } from "../training/work";
import type { Job } from "./job";
import type { JobStore } from "./store";

/** The settings for working on jobs. */
export interface JobSettings {
  /** The bundled `worker.ts`. */
  worker: URL;
  baseModel(id: string): LanguageModel;
  /** The least time between two checkpoints on disk. */
  checkpointEveryMs?: number;
  /** Slows training down to this rate; undefined: full speed. */
  tokensPerSecond?: number | undefined;
}

/** Two lanes work in parallel: one validates the files of a job, the other trains a job. */
export type Lane = "validate" | "train";

/**
 * Returns the next job of a lane: one that was being trained when the process ended, then the one that has waited
 * longest.
 */
export function nextOf(jobs: Iterable<Job>, lane: Lane): Job | undefined {
  const states = lane === "validate" ? ["QUEUED", "VALIDATING"] : ["STARTED", "RUNNING"];
  const waiting = [...jobs].filter(({ status }) => states.includes(status));
  const rank = (job: Job) => (job.status === "RUNNING" ? 0 : (job.startedAt ?? job.createdAt * 1_000));
  return waiting.sort((a, b) => rank(a) - rank(b))[0];
}

/** Returns the work of a worker for a job. Refuses when one of its files was deleted. */
export async function prepareWork(
  job: Job,
  lane: Lane,
  store: JobStore,
  files: FileStore,
  models: TunedModels,
  settings: JobSettings,
): Promise<Work> {
  const source = ({ id, filename, weight = 1 }: { id: string; filename: string; weight?: number }) => {
    if (!files.get(id)) throw new TuningRefusal(`The file ${filename} was deleted before it had been read.`);
    return { path: files.pathOf(id), filename, weight };
  };
  const folder = store.folderOf(job.id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    task: lane,
    base: serialise(settings.baseModel(job.model)),
    training: job.training.map(source),
    validation: job.validation.map(source),
    skipPercentage: job.skipPercentage,
    options: job.options,
    checkpoints: { folder, everyMs: settings.checkpointEveryMs ?? 5_000, knownStep: job.step },
    modelFile: lane === "train" ? await models.prepare(job.id) : "",
    tokensPerSecond: settings.tokensPerSecond,
  };
}
