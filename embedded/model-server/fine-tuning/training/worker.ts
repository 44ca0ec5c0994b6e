import os from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { doWork, type Report, type Work } from "./work";

// Entry point of the thread that reads and trains, so that the process goes on answering chats. On Linux a thread has
// its own priority; on other systems this would set that of the whole process. With the lowest priority it would hardly
// ever run on a busy machine.
if (process.platform === "linux") {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Without the lower priority, training only takes more time from other work.
  }
}
await doWork(workerData as Work, (report: Report) => parentPort?.postMessage(report));
