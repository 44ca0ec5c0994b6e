import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": path.resolve(import.meta.dirname) } },
  test: {
    include: ["{app,server,db,emails,embedded,scripts,tests}/**/*.test.{ts,tsx}"],
    globalSetup: ["tests/support/postgres.ts"],
    setupFiles: ["tests/support/database.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Each file works in a database of its own, so files run side by side.
    pool: "forks",
    maxWorkers: 2,
    restoreMocks: true,
  },
});
