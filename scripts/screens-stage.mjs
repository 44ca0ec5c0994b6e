// The application and the browser for `npm run screens`: with a fresh database.
import { spawn } from "node:child_process";
import net from "node:net";
import path from "node:path";
import { chromium } from "@playwright/test";
import { chromiumPath, sandboxArgs, switchedOff } from "./chromium.mjs";
import { root } from "./setup.mjs";

/** The application's address in the browser, for every port, because it is visible in the pictures. */
export const home = "http://localhost:3000";

/** Starts the Chromium of the browser tests. */
export function launchBrowser(port, more = []) {
  const executablePath = chromiumPath(chromium.executablePath());
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [
      ...switchedOff,
      "--font-render-hinting=none",
      // The same address for every port: the one that new users see.
      `--host-resolver-rules=MAP localhost:3000 127.0.0.1:${port}`,
      ...sandboxArgs,
      ...more,
    ],
  });
}

/**
 * Starts the application on a free port, with all embedded services and nothing of this machine's configuration.
 * Returns a function that stops it.
 */
export async function startApplication(port, dataDir) {
  const unset = ["DATABASE_URL", "DATABASE_APP_URL", "RESEND_API_KEY", "MODEL_SERVER_URL", "AUTH_SECRET", "KEY_PEPPER"];
  const child = spawn(process.execPath, [path.join(root, "scripts", "start.mjs")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      ...Object.fromEntries(unset.map((name) => [name, ""])),
      ...{ PORT: String(port), HOST: "127.0.0.1", APP_URL: home, DATA_DIR: dataDir, LOG_LEVEL: "warn", ROLE: "all" },
    },
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  for (let attempt = 0; attempt < 600 && child.exitCode === null; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health/ready`).catch(() => undefined);
    if (answer?.ok) return stop;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop();
  throw new Error("Atelier did not start.");
}

/** Returns a free port. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
