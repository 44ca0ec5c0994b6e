import { type ChildProcess, spawn } from "node:child_process";

/** An instance of Atelier for one test, separate from the one that other tests share. */
export type Instance = { output: () => string; isRunning: () => boolean; stop(): Promise<void> };

function start(environment: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, ["scripts/start.mjs"], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, exit, output: () => output };
}

/** Starts the production build with only these of our variables. Resolves when it answers requests. */
export async function startInstance(environment: Record<string, string>): Promise<Instance> {
  const { child, exit, output } = start(environment);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", () => output().includes("Atelier is running") && resolve());
    exit.then((code) => reject(new Error(`Atelier ended with ${code}:\n${output()}`)));
  });
  return {
    output,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill("SIGTERM");
      await exit;
    },
  };
}

/** Starts an instance that is expected to fail. Resolves with its exit code and its output. */
export async function startRefused(
  environment: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const { child, exit, output } = start(environment);
  child.stdout?.on("data", () => output().includes("Atelier is running") && child.kill("SIGTERM"));
  return { code: await exit, output: output() };
}
