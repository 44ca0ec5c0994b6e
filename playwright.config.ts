import { existsSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { chromium, defineConfig } from "@playwright/test";

/** Settled by the first process that reads this file; its workers inherit it. */
process.env.E2E_PORT ??= String(await freePort());
process.env.E2E_ISSUER_PORT ??= String(await freePort());
process.env.E2E_DATA_DIR ??= path.resolve(".data/e2e");

const port = process.env.E2E_PORT;
const issuerPort = process.env.E2E_ISSUER_PORT;

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: process.env.ATELIER_TEST_REPORT
    ? [["list"], ["json", { outputFile: process.env.ATELIER_TEST_REPORT }]]
    : [["list"]],
  use: {
    baseURL: `http://localhost:${port}`,
    trace: "retain-on-failure",
    launchOptions: {
      ...(chromiumPath() ? { executablePath: chromiumPath() } : {}),
      args: [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ],
    },
  },
  webServer: [
    {
      command: `node tests/support/oidc-issuer.mjs ${issuerPort} http://localhost:${port}/api/auth/callback/oidc`,
      url: `http://localhost:${issuerPort}/.well-known/openid-configuration`,
      stderr: "ignore",
    },
    {
      command: "node scripts/start.mjs",
      url: `http://localhost:${port}/api/health/ready`,
      timeout: 120_000,
      gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
      env: {
        PORT: port,
        APP_URL: `http://localhost:${port}`,
        DATA_DIR: process.env.E2E_DATA_DIR,
        LOG_LEVEL: "warn",
        DATABASE_URL: "",
        RESEND_API_KEY: "",
        MODEL_SERVER_URL: "",
        AUTH_OIDC_ISSUER: `http://localhost:${issuerPort}`,
        AUTH_OIDC_ID: "atelier",
        AUTH_OIDC_SECRET: "a-client-secret-for-tests",
        AUTH_OIDC_NAME: "Acme ID",
      },
    },
  ],
});

/** The Chromium to test with: the one named, Playwright's own if it is there, or the system's. */
function chromiumPath(): string | undefined {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  if (existsSync(chromium.executablePath())) return undefined;
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) => existsSync(file));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
