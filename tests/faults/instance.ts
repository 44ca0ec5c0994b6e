import { type ChildProcess, spawn } from "node:child_process";

/** One running Atelier, which can be killed and started again on its port. */
export type Instance = {
  name: string;
  port: number;
  /** Resolves once it is ready to serve. */
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGTERM: it ends what it started, too. */
  stop(): Promise<void>;
  /** Sentences about unexpected ends. */
  surprises: string[];
};

/** On a busy machine a start takes ten times as long. */
const patienceMs = 120_000;

/**
 * Returns an instance of the production build with this environment and nothing else of ours.
 *
 * @param folder where the build is; another release's is elsewhere
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

/** Waits until an instance says that it is ready. Returns `ready`, or what it answered last. */
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
