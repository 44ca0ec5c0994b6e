import { type ChildProcess, spawn } from "node:child_process";
import http from "node:http";

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

const patienceMs = 30_000;

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
      if (!(await becomesReady(port, () => own.exitCode === null && own.signalCode === null)))
        throw new Error(`${name} did not become ready: ${said}`);
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
  return instance;
}

async function becomesReady(port: number, isAlive: () => boolean): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline && isAlive()) {
    if ((await statusOf(port)) === 200) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

function statusOf(port: number): Promise<number> {
  return new Promise((resolve) => {
    http
      .get({ port, host: "127.0.0.1", path: "/api/health/ready", timeout: 2_000, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
      .on("timeout", function (this: http.ClientRequest) {
        this.destroy();
      })
      .on("error", () => resolve(0));
  });
}
