// Loaded into a measured server: SIGWINCH starts to watch its event loop, and the next SIGWINCH writes to LOOP_DELAY_TO the longest time that it
// was blocked, in milliseconds: by the clock, and by the CPU time of its thread, which does not include other processes or the threads of the
// garbage collector.
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

/** Returns the CPU milliseconds of this thread, or of the process on systems that do not report threads. */
function threadCpu() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}
