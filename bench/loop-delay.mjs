// Loaded into a server that is measured: SIGWINCH begins to watch its event loop, and the next one writes to LOOP_DELAY_TO how long it was
// blocked at most, in milliseconds: by the clock, and by the CPU that the process used meanwhile, which other processes do not add to.
import { renameSync, writeFileSync } from "node:fs";

const everyMs = 2;
let timer;
let longest;

process.on("SIGWINCH", () => {
  if (timer === undefined) {
    longest = { clock: 0, cpu: 0 };
    let last = performance.now();
    let lastCpu = process.cpuUsage();
    timer = setInterval(() => {
      const now = performance.now();
      const cpu = process.cpuUsage();
      longest.clock = Math.max(longest.clock, now - last - everyMs);
      longest.cpu = Math.max(longest.cpu, (cpu.user - lastCpu.user + cpu.system - lastCpu.system) / 1000);
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
