import { type ChildProcess, spawn } from "node:child_process";

/** An instance of Atelier that can be killed and started again on its port. */
export type Instance = {
  name: string;
  port: number;
  /** Starts it. Resolves when it is ready. */
  start(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Ends it with SIGTERM, so that it also stops what it has started. */
  stop(): Promise<void>;
  /** Messages about unexpected ends. */
  surprises: string[];
};

/** On a busy machine a start takes ten times as long. */
const patienceMs = 120_000;

/**
 * Returns an instance of the production build with this environment and no other variables of ours.
 *
 * @param folder the folder of the build, which differs for another release
 */
export function makeInstance(
  name: string,
  port: number,
  environment: Record<string, string>,
  folder = process.cwd(),
): Instance {
  let child: ChildProcess | undefined;
  let isMeant = false;
  let said = "";
  const end = async (signal: NodeJS.Signals) => {
    const own = child;
    if (!own || own.exitCode !== null || own.signalCode !== null) return;
    isMeant = true;
    const ended = new Promise((resolve) => own.once("exit", resolve));
    own.kill(signal);
    await ended;
  };
  const instance: Instance = {
    name,
    port,
    surprises: [],
    async start() {
      isMeant = false;
      const own = spawn(process.execPath, ["scripts/start.mjs"], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          NODE_ENV: "production",
          ...environment,
          PORT: String(port),
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = own;
      for (const stream of [own.stdout, own.stderr])
        stream?.on("data", (chunk) => {
          said = (said + chunk).slice(-4_000);
        });
      own.once("exit", (code, signal) => {
        if (!isMeant) instance.surprises.push(`${name} ended by itself (${code ?? signal}): ${said}`);
      });
      const answer = await readyAnswer(port, () => own.exitCode === null && own.signalCode === null);
      if (answer !== "ready") throw new Error(`${name} did not become ready, it answered ${answer}: ${said}`);
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
  return instance;
}

/** Waits until an instance reports that it is ready. Returns `ready`, or its last answer. */
async function readyAnswer(port: number, isAlive: () => boolean): Promise<string> {
  const deadline = Date.now() + patienceMs;
  let last = "nothing";
  while (Date.now() < deadline && isAlive()) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/health/ready`, {
        signal: AbortSignal.timeout(5_000),
        headers: { connection: "close" },
      });
      if (response.ok) return "ready";
      last = `${response.status} ${await response.text()}`;
    } catch (error) {
      last = String((error as Error).cause ?? error);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return last;
}
