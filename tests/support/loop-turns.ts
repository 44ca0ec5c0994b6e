import { cpuMs } from "./cpu-time";

/** Watches the event loop of this process until `end` is called, which returns the longest turn of the loop in milliseconds. */
export function watchTurns(): { end(): number } {
  let most = 0;
  let last = cpuMs();
  let isOver = false;
  const turn = () => {
    const now = cpuMs();
    most = Math.max(most, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    end() {
      isOver = true;
      return most;
    },
  };
}
