// Everything CI runs, in the order in which a failure is cheapest to know. Sets itself up on a fresh machine.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { checkNode, ensureBuild, ensureDependencies, root, SetupError } from "./setup.mjs";

const reports = path.join(root, ".data/reports");
const counts = { passed: 0, failed: 0 };
const failures = [];

/** Runs one of the project's tools. Its colours and progress go straight to the terminal. */
function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  return !error && status === 0;
}

const bin = (name, ...args) => [process.execPath, [path.join(root, "node_modules", name), ...args]];

/** A check that passes or fails as one. */
function check(title, [command, args], env) {
  console.log(`\n— ${title}`);
  if (run(command, args, env)) counts.passed += 1;
  else fail(title);
}

function fail(title) {
  counts.failed += 1;
  failures.push(title);
}

/** A suite whose report says how many of its tests passed and failed; one that ends badly without saying so has failed. */
function suite(title, [command, args], { report, read, env = {} }) {
  console.log(`\n— ${title}`);
  const file = path.join(reports, report);
  rmSync(file, { force: true });
  const isFine = run(command, args, { ...env, ATELIER_TEST_REPORT: file });
  const { passed, failed } = existsSync(file) ? read(JSON.parse(readFileSync(file, "utf8"))) : { passed: 0, failed: 0 };
  counts.passed += passed;
  counts.failed += failed;
  if (failed > 0) failures.push(`${title}: ${failed} failed`);
  else if (!isFine || passed === 0) fail(title);
}

/** Playwright's own Chromium needs the internet; where there is none, the system's will do, and Debian has one. */
function ensureBrowser() {
  const known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  if (process.env.CHROMIUM_PATH || known.some(existsSync)) return;
  if (run(...bin("@playwright/test/cli.js", "install", "chromium"))) return;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, "apt-get", "-qq", ...args];
    return run(command, rest, { DEBIAN_FRONTEND: "noninteractive" });
  };
  if (apt("update") && apt("install", "-y", "--no-install-recommends", "chromium")) return;
  throw new SetupError("No Chromium was found and none could be installed. Install one, or set CHROMIUM_PATH.");
}

try {
  checkNode();
  process.chdir(root);
  await ensureDependencies();
  mkdirSync(reports, { recursive: true });

  check("format and lint", bin("@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."));
  check("routes", bin("next/dist/bin/next", "typegen"));
  check("types", bin("typescript-native/bin/tsc", "--noEmit"));
  check(
    "boundaries",
    bin(
      "dependency-cruiser/bin/dependency-cruise.mjs",
      "app",
      "server",
      "db",
      "emails",
      "embedded",
      "scripts",
      "tests",
      "--config",
      ".dependency-cruiser.mjs",
    ),
  );
  check("unused code", bin("knip/bin/knip.js"));
  suite("unit and server tests", bin("vitest/vitest.mjs", "run"), {
    report: "vitest.json",
    read: ({ numPassedTests, numFailedTests }) => ({ passed: numPassedTests, failed: numFailedTests }),
  });
  await ensureBuild();
  const own = { read: ({ passed, failed }) => ({ passed, failed }) };
  suite("faults", [process.execPath, ["tests/faults/run.mjs"]], { report: "faults.json", ...own });
  suite("sabotage", [process.execPath, ["tests/sabotage/run.mjs", "--quick"]], { report: "sabotage.json", ...own });
  ensureBrowser();
  rmSync(path.join(root, ".data/e2e"), { recursive: true, force: true });
  suite("browser tests", bin("@playwright/test/cli.js", "test"), {
    report: "playwright.json",
    read: ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky }),
  });
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  fail("set-up");
}

for (const title of failures) console.error(`\nfailed: ${title}`);
process.exitCode = counts.failed === 0 ? 0 : 1;
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
