import net from "node:net";
import path from "node:path";
import { chromium, defineConfig } from "@playwright/test";
import { chromiumPath, sandboxArgs, switchedOff } from "./scripts/chromium.mjs";
import { oddClient, oddKinds } from "./tests/support/fakes/odd-issuer";

/** Settled by the first process that reads this file; its workers inherit it. */
process.env.E2E_PORT ??= String(await freePort());
process.env.E2E_ISSUER_PORT ??= String(await freePort());
process.env.E2E_ODD_ISSUERS_PORT ??= String(await freePort());
process.env.E2E_DATA_DIR ??= path.resolve(".data/e2e");

// The last switch of this name counts, so what Playwright switches off is said again.
const unwanted = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
  // A process in waiting for each page: with a new browser a test it is started and thrown away.
  "SpareRendererForSitePerProcess",
  // A new frame for each page that a page leads to: a seventh of what a page costs, and nothing here depends on it.
  "RenderDocument",
];

/** The parts of a browser's window that are pages themselves: each context would render them anew, and they are not visible in a test. */
const browserOwnPages = [
  "InitialWebUI",
  "WebUIReloadButton",
  "WebUIBackForwardButton",
  "WebUIHomeButton",
  "WebUIToolbar",
  "WebUILocationBar",
  "WebUISplitTabsButton",
];

const executablePath = chromiumPath(chromium.executablePath());
const port = process.env.E2E_PORT;
const issuerPort = process.env.E2E_ISSUER_PORT;

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // As the unit tests: one more than CI has cores, since a test waits for jobs and mails now and then.
  workers: 3,
  // On a busy machine a page takes ten times as long; when all is well, neither of these is reached.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: process.env.ATELIER_TEST_REPORT
    ? [["list"], ["json", { outputFile: process.env.ATELIER_TEST_REPORT }]]
    : [["list"]],
  use: {
    baseURL: `http://localhost:${port}`,
    // A trace copies the page at every step, which costs every test that passes. To see the steps of one that failed, run it
    // again with `--trace retain-on-failure`; a picture and the page's tree are kept of each failure anyway.
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [...switchedOff, `--disable-features=${[...unwanted, ...browserOwnPages].join(",")}`, ...sandboxArgs],
    },
  },
  webServer: [
    {
      command: `node tests/support/fakes/oidc-issuer.mjs ${issuerPort} http://localhost:${port}/api/auth/callback/oidc`,
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
        AUTH_OIDC_PROVIDERS: JSON.stringify(oddProviders()),
      },
    },
  ],
});

/** Returns the odd issuers, once as they are and once with their addresses trusted; `providers-odd.spec.ts` starts them. */
function oddProviders() {
  const issuer = (kind: string) => `http://localhost:${process.env.E2E_ODD_ISSUERS_PORT}/${kind}`;
  return [
    ...oddKinds.map((kind) => ({ id: kind, name: `Odd ${kind}`, issuer: issuer(kind), ...oddClient })),
    { id: "trusted", name: "Odd trusted", issuer: issuer("silent"), trustEmail: true, ...oddClient },
  ];
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
