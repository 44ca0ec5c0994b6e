import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { importBundled } from "../support/import-bundled.mjs";

/** The files that a copy does not need, or gets in another way. */
const left = new Set([
  ".git",
  ".data",
  ".next",
  "dist",
  "node_modules",
  "public",
  "test-results",
  "playwright-report",
  "tsconfig.tsbuildinfo",
]);

/** Without durability, as in the set-up of the tests: the data has no value. */
const fast = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "100" };

/**
 * Copies the tree, with a separate PostgreSQL that keeps running between the test runs.
 *
 * @returns its folder, and a function that stops the server and the tests that run there
 */
export async function makeCopy(root, folder) {
  mkdirSync(folder, { recursive: true });
  cpSync(root, folder, { recursive: true, filter: (source) => !left.has(path.relative(root, source)) });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "dir");
  const { startPostgres } = await importBundled("embedded/postgres/postgres.ts", ".data/postgres.mjs", folder);
  const server = await startPostgres({ dataDir: path.join(folder, ".data", "test"), settings: fast });
  const lane = {
    folder,
    child: undefined,
    async close() {
      if (lane.child?.exitCode === null) {
        lane.child.kill("SIGKILL");
        await new Promise((resolve) => lane.child.once("close", resolve));
      }
      await server.stop();
    },
  };
  return lane;
}

/**
 * Runs test files in a copy.
 *
 * @returns the numbers of failed and passed tests, the first failed test, the files that are not green, and the output
 */
export async function runTests(lane, files, { bail }) {
  const { folder } = lane;
  if (files.length === 0) return { failed: 0, passed: 0, first: "", red: [], output: "" };
  const report = path.join(folder, ".data", "report.json");
  rmSync(report, { force: true });
  const vitest = path.join(folder, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", ...files, "--maxWorkers=1", ...(bail ? ["--bail=1"] : [])];
  const { ATELIER_TEST_REPORT: _, ...environment } = process.env;
  lane.child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...environment, ATELIER_TEST_REPORT: report, NO_COLOR: "1" },
  });
  const output = await finished(lane.child);
  if (!existsSync(report)) return { failed: 0, passed: 0, first: "", red: files, output };
  const { numFailedTests, numPassedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const first = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find((test) => test.status === "failed");
  const green = testResults.filter(({ status }) => status === "passed").map(({ name }) => path.relative(folder, name));
  return {
    failed: numFailedTests,
    passed: numPassedTests,
    first: first?.fullName.trim() ?? "",
    red: files.filter((file) => !green.includes(file)),
    output,
  };
}

function finished(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output = (output + chunk).slice(-20_000);
      });
    child.once("error", reject);
    child.once("close", () => resolve(output));
  });
}
