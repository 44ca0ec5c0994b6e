import os from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { doWork, type Report, type Work } from "./work";

// Entry point of the thread that reads and trains, so that chats go on being answered meanwhile. On Linux a thread has a
// priority of its own; elsewhere the number would be the whole process's. The lowest one would hardly ever get its turn on
// a machine that is busy with something else.
if (process.platform === "linux") {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Without it, training only competes harder.
  }
}
await doWork(workerData as Work, (report: Report) => parentPort?.postMessage(report));
