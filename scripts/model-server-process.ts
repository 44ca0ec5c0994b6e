import { type ChildProcess, fork } from "node:child_process";

/** The embedded model server in its own process: its base URL, with `/v1`, and a function that stops it. */
export type ModelServerProcess = { url: string; stop(): Promise<void> };

const readyWithinMs = 30_000;
const stopWithinMs = 3_000;
const longestPauseMs = 30_000;

/**
 * Starts the embedded model server, and again on the same port whenever it ends by itself, with pauses that grow from
 * 0.5 s to 30 s while it keeps failing. It ends when this process ends. Rejects when the first start fails.
 */
export async function startModelServer(
  program: string,
  environment: NodeJS.ProcessEnv,
  onTrouble: (sentence: string) => void,
): Promise<ModelServerProcess> {
  let isStopped = false;
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;

  const launch = async (port: number): Promise<number> => {
    // Detached, because Ctrl C reaches the whole process group, and requests in progress still need their answers.
    const started = fork(program, {
      env: { ...environment, PORT: String(port) },
      execArgv: ["--enable-source-maps"],
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child = started;
    const ready = await whenReady(started);
    started.once("exit", (code, signal) => {
      if (isStopped) return;
      onTrouble(`The model server ended (${signal ?? code}) and is started again.`);
      failures = 0;
      again(ready);
    });
    return ready;
  };
  const again = (port: number) => {
    timer = setTimeout(
      () => {
        launch(port).catch((error: Error) => {
          if (isStopped) return;
          failures += 1;
          onTrouble(error.message);
          again(port);
        });
      },
      Math.min(500 * 2 ** failures, longestPauseMs),
    );
  };

  const port = await launch(0);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      if (child !== undefined) await end(child);
    },
  };
}

function whenReady(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (sentence: string) => {
      child.kill("SIGKILL");
      reject(new Error(sentence));
    };
    const late = setTimeout(() => refuse("The model server did not become ready in 30 s."), readyWithinMs);
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(late);
      reject(new Error(`The model server does not start (${signal ?? code}).`));
    };
    child.once("exit", onExit);
    child.once("error", (error) => refuse(`The model server does not start: ${error.message}`));
    child.on("message", (message: { type?: unknown; port?: unknown }) => {
      if (message.type !== "ready" || typeof message.port !== "number") return;
      clearTimeout(late);
      child.off("exit", onExit);
      resolve(message.port);
    });
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
    child.once("exit", () => {
      clearTimeout(late);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
