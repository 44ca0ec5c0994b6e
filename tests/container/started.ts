import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { processIn } from "./cage";

/** A container that was started. `ms`: until it was ready or had ended; `cpuMs`: what it had worked by then. */
export type Started = {
  isReady: boolean;
  ms: number;
  cpuMs: number;
  output: () => string;
  /** Ends it as container engines do. Returns what it ended with. */
  stop: () => Promise<number | null>;
  /** Ends it at once, with all that runs in it. */
  kill: () => Promise<number | null>;
};

/** Waits until a container is ready, has ended, or `waitMs` are over. */
export async function start(container: ChildProcess, url: string, waitMs = 120_000): Promise<Started> {
  let output = "";
  for (const stream of [container.stdout, container.stderr])
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  const exit = endsWith(container);
  let hasEnded = false;
  void exit.then(() => {
    hasEnded = true;
  });
  const begunAt = performance.now();
  const passed = () => Math.round(performance.now() - begunAt);
  let isReady = false;
  while (!isReady && !hasEnded && passed() < waitMs) {
    isReady = (await fetch(`${url}/api/health/ready`).catch(() => undefined))?.ok === true;
    if (!isReady) await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    ...{ isReady, ms: passed(), cpuMs: workOf(container), output: () => output },
    stop: () => {
      const inside = processIn(container);
      if (inside) process.kill(inside, "SIGTERM");
      return exit;
    },
    kill: () => {
      container.kill("SIGKILL");
      return exit;
    },
  };
}

/** Returns what a container's program ends with, once all that it said has arrived; null: a signal ended it. To be asked as soon as it was started. */
export function endsWith(container: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => container.once("close", (code) => resolve(code)));
}

/** How long a processor has worked for the program in a container, in milliseconds. */
function workOf(container: ChildProcess): number {
  try {
    const stat = readFileSync(`/proc/${processIn(container)}/stat`, "utf8");
    const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 14).map(Number);
    return (user + system) * 10;
  } catch {
    return Number.NaN;
  }
}
