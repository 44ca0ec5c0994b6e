// Loaded into a server that is measured: SIGWINCH begins to watch its event loop, and the next one writes to LOOP_DELAY_TO how long it was
// blocked at most, in milliseconds: by the clock, and by the CPU that its thread used meanwhile, which neither other processes nor threads that
// collect garbage beside it add to.
import { readFileSync, renameSync, writeFileSync } from "node:fs";

const everyMs = 2;
let timer;
let longest;

process.on("SIGWINCH", () => {
  if (timer === undefined) {
    longest = { clock: 0, cpu: 0 };
    let last = performance.now();
    let lastCpu = threadCpu();
    timer = setInterval(() => {
      const now = performance.now();
      const cpu = threadCpu();
      longest.clock = Math.max(longest.clock, now - last - everyMs);
      longest.cpu = Math.max(longest.cpu, cpu - lastCpu);
      last = now;
      lastCpu = cpu;
    }, everyMs);
    return;
  }
  clearInterval(timer);
  timer = undefined;
  writeFileSync(`${process.env.LOOP_DELAY_TO}.part`, JSON.stringify(longest));
  renameSync(`${process.env.LOOP_DELAY_TO}.part`, process.env.LOOP_DELAY_TO);
});

/** The milliseconds of CPU that this thread has used; those of the whole process where the system does not say. */
function threadCpu() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}
