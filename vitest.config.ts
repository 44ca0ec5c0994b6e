import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = path.dirname(fileURLToPath(import.meta.url));
const folders = ["app", "server", "db", "emails", "embedded", "scripts", "tests"];
const files = folders
  .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((file) => /\.test\.tsx?$/.test(file));

/** Files that replace a module: it would stay replaced for the next file of the same worker. */
const replacing = files.filter((file) => /\bvi\.(mock|doMock)\(/.test(readFileSync(path.join(root, file), "utf8")));

export default defineConfig({
  resolve: { alias: { "@": root } },
  test: {
    globalSetup: ["tests/support/postgres.ts"],
    setupFiles: ["tests/support/environment.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Each file works in a database of its own, so files run side by side; one more than CI has cores, since a third of
    // their time is spent waiting for timers and locks.
    pool: "forks",
    maxWorkers: 3,
    restoreMocks: true,
    // A second run, and each of a sabotage, begins with the modules of the one before: making them anew takes more CPU time
    // than most files of tests. The key of each is its text, so what has changed is made anew.
    experimental: { fsModuleCache: true, fsModuleCachePath: ".data/test-modules" },
    // A process a file would spend a third of its time on loading the same libraries; `environment.ts` parts the files.
    projects: [
      { extends: true, test: { name: "replacing", include: replacing } },
      { extends: true, test: { name: "sharing", include: files, exclude: replacing, isolate: false } },
    ],
    reporters: process.env.ATELIER_TEST_REPORT ? ["default", "json"] : ["default"],
    ...(process.env.ATELIER_TEST_REPORT ? { outputFile: { json: process.env.ATELIER_TEST_REPORT } } : {}),
  },
});
