import { Worker } from "node:worker_threads";
import type { Report, Work } from "../training/work";

/** A running worker thread. */
export interface Running {
  /** Resolves when the thread has ended by itself or was stopped; rejects with its error. */
  done: Promise<void>;
  /** Ends the thread at any point of its work. */
  stop(): Promise<void>;
}

/**
 * The memory limit: beyond it the thread ends with ERR_WORKER_OUT_OF_MEMORY and the server goes on. Typed arrays are
 * not counted.
 */
const mostMemoryMb = 1_024;

/** Starts a thread with the bundled `program` and this work. */
export function runWorker(program: URL, work: Work, onReport: (report: Report) => void): Running {
  const worker = new Worker(program, {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
    // The thread needs nothing of the environment.
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
  // Without a handler, a rejection before `done` is awaited would end the process.
  done.catch(() => undefined);
  return {
    done,
    async stop() {
      isStopped = true;
      await worker.terminate();
    },
  };
}
