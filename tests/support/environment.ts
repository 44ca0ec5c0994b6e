import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, inject, vi } from "vitest";
import { withDatabase } from "./postgres";

// A worker that runs several test files keeps the imported libraries, which take most of the start. It keeps nothing
// of the product: neither its modules nor their global state, timers or settings.
const shared = globalThis as Record<string, unknown> & {
  testSettings?: NodeJS.ProcessEnv;
  testIntervals?: NodeJS.Timeout[];
};
if (!shared.testIntervals) {
  const { setInterval } = globalThis;
  globalThis.setInterval = ((...args: Parameters<typeof setInterval>) => {
    const timer = setInterval(...args);
    shared.testIntervals?.push(timer);
    return timer;
  }) as typeof setInterval;
}
for (const timer of shared.testIntervals ?? []) clearInterval(timer);
shared.testIntervals = [];
vi.doUnmock("@/server/usage/metering");
vi.unstubAllGlobals();
vi.resetModules();
for (const name of Object.keys(shared)) if (name.startsWith("atelier")) delete shared[name];
shared.testSettings ??= { ...process.env };
for (const key of Object.keys(process.env)) if (!(key in shared.testSettings)) delete process.env[key];

const { ownerUrl, appUrl } = inject("postgres");
const name = `test_${randomBytes(6).toString("hex")}`;
const filesDir = path.join(tmpdir(), `atelier-${name}`);

Object.assign(process.env, shared.testSettings, {
  NODE_ENV: "test",
  APP_URL: "http://localhost:3000",
  DATABASE_URL: withDatabase(ownerUrl, name),
  DATABASE_APP_URL: withDatabase(appUrl, name),
  AUTH_SECRET: "a-secret-for-tests-0123456789-abcdefghij",
  KEY_PEPPER: "a-pepper-for-tests-9876543210-jihgfedcba",
  RESEND_API_KEY: "re_test",
  RESEND_BASE_URL: "http://127.0.0.1:9",
  MAIL_FROM: "Atelier <atelier@localhost>",
  MODEL_SERVER_URL: "http://127.0.0.1:9/v1",
  LOG_LEVEL: "silent",
  FILES_DIR: filesDir,
});

afterAll(() => rm(filesDir, { recursive: true, force: true }));

// A report shows only the first line of an error, and "fetch failed" is useless without its cause.
beforeEach(({ onTestFailed }) =>
  onTestFailed(({ task }) => {
    for (const error of task.result?.errors ?? []) {
      const cause = error.cause as { code?: string; message?: string } | undefined;
      if (cause) error.stack = `${error.name}: ${error.message} (${cause.code ?? cause.message})\n${error.stack}`;
    }
  }),
);
