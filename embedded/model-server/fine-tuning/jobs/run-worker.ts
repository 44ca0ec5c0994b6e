import { Worker } from "node:worker_threads";
import type { Report, Work } from "../training/work";

/** A thread at work. */
export interface Running {
  /** Resolves once the thread has ended by itself or was stopped; rejects with what it threw. */
  done: Promise<void>;
  /** Ends the thread wherever it is. */
  stop(): Promise<void>;
}

/** Beyond this the thread ends with ERR_WORKER_OUT_OF_MEMORY and the server lives on; typed arrays are not counted. */
const mostMemoryMb = 1_024;

/** Starts the bundled `program` on this work. */
export function runWorker(program: URL, work: Work, onReport: (report: Report) => void): Running {
  const worker = new Worker(program, {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
    // Nothing of the environment concerns it.
    env: {},
  });
  let isStopped = false;
  worker.on("message", (report: Report) => {
    if (!isStopped) onReport(report);
  });
  const done = new Promise<void>((resolve, reject) => {
    worker.once("error", (error) => (isStopped ? resolve() : reject(error)));
    worker.once("exit", (code) => {
      if (code === 0 || isStopped) resolve();
      else reject(new Error(`the training thread ended with code ${code}`));
    });
  });
  // Stopping does not wait for it.
  done.catch(() => undefined);
  return {
    done,
    async stop() {
      isStopped = true;
      await worker.terminate();
    },
  };
}
