import path from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": path.resolve(path.dirname(fileURLToPath(import.meta.url))) } },
  test: {
    include: ["{app,server,db,emails,embedded,scripts,tests}/**/*.test.{ts,tsx}"],
    globalSetup: ["tests/support/postgres.ts"],
    setupFiles: ["tests/support/environment.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Each file works in a database of its own, so files run side by side; one more than CI has cores, since a third of
    // their time is spent waiting for timers and locks.
    pool: "forks",
    maxWorkers: 3,
    restoreMocks: true,
    reporters: process.env.ATELIER_TEST_REPORT ? ["default", "json"] : ["default"],
    ...(process.env.ATELIER_TEST_REPORT ? { outputFile: { json: process.env.ATELIER_TEST_REPORT } } : {}),
  },
});
