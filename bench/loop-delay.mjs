// Loaded into a server that is measured: SIGWINCH begins to watch its event loop, and the next one writes to LOOP_DELAY_TO how long it was
// blocked at most, in milliseconds.
import { renameSync, writeFileSync } from "node:fs";

const everyMs = 2;
let timer;
let longest = 0;

process.on("SIGWINCH", () => {
  if (timer === undefined) {
    let last = performance.now();
    longest = 0;
    timer = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last - everyMs);
      last = now;
    }, everyMs);
    return;
  }
  clearInterval(timer);
  timer = undefined;
  writeFileSync(`${process.env.LOOP_DELAY_TO}.part`, String(longest));
  renameSync(`${process.env.LOOP_DELAY_TO}.part`, process.env.LOOP_DELAY_TO);
});
