import path from "node:path";
import { StartError } from "../../platform/start-error";
import { withStartLock } from "../../platform/start-lock";
import { ApiError } from "../http/api-error";
import { FileStore } from "./files/store";
import { Jobs } from "./jobs/jobs";
import type { JobSettings } from "./jobs/lanes";
import { JobStore } from "./jobs/store";
import { TunedModels } from "./models/tuned-models";

/** Files, jobs and fine-tuned models of one folder. */
export interface FineTuning {
  files: FileStore;
  jobs: Jobs;
  models: TunedModels;
}

/** A folder in which only one process works at a time. */
export interface FineTuningFolder {
  /** Returns its contents; undefined: another process has the folder. */
  current(): FineTuning | undefined;
  /** Returns its contents. Refuses with 503 while another process has the folder. */
  required(): FineTuning;
  /** Stops all work, which can continue later, and releases the folder. */
  close(): Promise<void>;
}

/** How long to wait for the lock: enough to take it over from a process that was killed. */
const patienceMs = 250;
const retryMs = 2_000;

/**
 * Opens `<folder>/files`, `jobs` and `models` and continues the jobs that had not ended. While another living process
 * has the folder, it tries again every two seconds, because two processes would train the same jobs. Rejects when the
 * folder cannot be used.
 */
export async function openFineTuning(folder: string, settings: JobSettings): Promise<FineTuningFolder> {
  let opened: FineTuning | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let letGo: () => void = () => undefined;
  let holding: Promise<void> = Promise.resolve();

  /** Takes the folder if it is free; the lock is held until `letGo` is called. */
  const take = () =>
    new Promise<void>((resolve, reject) => {
      const released = new Promise<void>((release) => {
        letGo = release;
      });
      holding = withStartLock(
        path.join(folder, "lock"),
        async () => {
          opened = await open(folder, settings);
          resolve();
          await released;
        },
        patienceMs,
      ).catch((error: unknown) => {
        if (!(error instanceof StartError)) return reject(error);
        if (!isClosed) timer = setTimeout(() => void take().catch(report), retryMs);
        resolve();
      });
    });
  await take();

  return {
    current: () => opened,
    required() {
      if (opened) return opened;
      throw new ApiError(503, "server_error", `Another model server works in ${folder}. Stop it, then try again`);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await opened?.jobs.close();
      opened = undefined;
      letGo();
      await holding;
    },
  };
}

async function open(folder: string, settings: JobSettings): Promise<FineTuning> {
  const files = await FileStore.open(path.join(folder, "files"));
  const models = await TunedModels.open(path.join(folder, "models"));
  const jobs = await Jobs.open(new JobStore(path.join(folder, "jobs")), files, models, settings);
  return { files, jobs, models };
}

function report(error: unknown): void {
  process.stderr.write(`Fine-tuning could not be opened: ${error instanceof Error ? error.message : error}\n`);
}
