// Runs all checks of CI. Checks that wait for different things run in parallel: beside the unit tests, which wait for
// timers and locks half of their time, run the checks of the sources, the build, and then the tests that break services
// on purpose, which mostly wait. The sabotage suite, which breaks the product on purpose, needs the unit tests' report.
// Browser tests run alone, and so do failed tests, which are run once more at the end. Sets itself up on a fresh
// machine.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { installByApt } from "./apt.mjs";
import { withoutWindow, withWindow } from "./chromium.mjs";
import { checkNode, ensureDependencies, isBuilt, root, SetupError } from "./setup.mjs";

const reports = path.join(root, ".data/reports");
const counts = { passed: 0, failed: 0 };
const failures = [];
const unsteady = [];
const secondTries = [];
const running = new Set();

for (const signal of ["SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    process.exit(1);
  });
}

/**
 * Runs one of the project's tools. Its colours and progress go straight to the terminal; with `aside`, its output is
 * shown under its title when it has ended, so that the outputs of two parallel tools are separate.
 */
function run(title, [command, args], { env = {}, aside = false } = {}) {
  if (!aside) console.log(`\n— ${title}`);
  return new Promise((resolve) => {
    const colours = aside && process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
    const child = spawn(command, args, {
      cwd: root,
      stdio: aside ? ["ignore", "pipe", "pipe"] : "inherit",
      env: { ...process.env, ...colours, ...env },
    });
    running.add(child);
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => said.push(chunk));
    let isDone = false;
    const end = (isFine) => {
      if (isDone) return;
      isDone = true;
      running.delete(child);
      if (aside) process.stdout.write(`\n— ${title}\n${Buffer.concat(said)}`);
      resolve(isFine);
    };
    child.once("error", (error) => {
      said.push(Buffer.from(`${error.message}\n`));
      end(false);
    });
    child.once("close", (code) => end(code === 0));
  });
}

const bin = (name, ...args) => [process.execPath, [path.join(root, "node_modules", name), ...args]];

/** Runs a check that passes or fails as a whole. */
async function check(title, command) {
  if (await run(title, command, { aside: true })) counts.passed += 1;
  else fail(title);
}

function fail(title) {
  counts.failed += 1;
  failures.push(title);
}

/**
 * Runs a suite whose report contains its passed and failed tests. A suite that fails without a report has failed. With
 * `again`, a few failed tests are repeated at the end, when nothing else runs.
 */
async function suite(title, command, { report, read = (found) => found, env = {}, aside, again }) {
  const isFine = await run(title, command, { env: { ...env, ATELIER_TEST_REPORT: fresh(report) }, aside });
  const first = found(report, read);
  const add = ({ passed, failed, names }) => {
    counts.passed += passed;
    counts.failed += failed;
    if (failed > 0) failures.push([`${title}: ${failed} failed`, ...names].join("\n  "));
  };
  if (again && first.failed > 0 && first.failed <= mostAgain) {
    secondTries.push(async () => add(await secondTry(title, first, { report, read, env, again })));
    return;
  }
  add(first);
  if (first.failed === 0 && (!isFine || first.passed === 0)) fail([title, ...first.names].join("\n  "));
}

/** More failed tests than this are not caused by a busy machine. */
const mostAgain = 3;

/**
 * Runs the failed tests once more, when nothing else runs. Tests that pass then are not counted as failed, but are
 * listed at the end, because a test that depends on what runs in parallel must be fixed.
 */
async function secondTry(title, first, { report, read, env, again }) {
  const file = `again-${report}`;
  await run(`${title}, what failed once more`, again(first), { env: { ...env, ATELIER_TEST_REPORT: fresh(file) } });
  const second = found(file, read);
  // A second run that found no tests has proved nothing.
  if (second.passed + second.failed < first.failed) return first;
  unsteady.push(...first.names.filter((name) => !second.names.some((other) => sameTest(name, other))));
  return { ...second, passed: first.passed + first.failed - second.failed };
}

const sameTest = (one, other) => one.split(" – ")[0] === other.split(" – ")[0];

/** Returns the path of a report that is not written yet, and deletes an older one. */
function fresh(report) {
  const file = path.join(reports, report);
  rmSync(file, { force: true });
  return file;
}

/** Returns the content of a report, read by its suite; zero tests if there is none. */
function found(report, read) {
  const file = path.join(reports, report);
  return existsSync(file) ? read(JSON.parse(readFileSync(file, "utf8"))) : { passed: 0, failed: 0, names: [] };
}

/**
 * Returns the failed tests of a file in vitest's report, with the first line of the reason; the file itself when it
 * could not be loaded.
 */
function failedIn({ name, status, message, assertionResults }) {
  const file = path.relative(root, name);
  const first = (text) => String(text).split("\n")[0];
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0) return status === "failed" ? [`${file} – ${first(message)}`] : [];
  return failed.map((test) => `${file}: ${test.fullName} – ${first(test.failureMessages[0])}`);
}

/** Returns the failed tests of a suite and its inner suites in Playwright's report. */
function failedSpecs({ specs = [], suites = [] }) {
  const own = specs.filter(({ ok }) => !ok).map(({ file, title }) => `${file}: ${title}`);
  return [...own, ...suites.flatMap(failedSpecs)];
}

/** Runs the static checks of the sources, then the build, which everything after the unit tests needs. */
async function checkSources() {
  await check("format and lint", bin("@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."));
  await check("routes", bin("next/dist/bin/next", "typegen"));
  await check("types", bin("typescript-native/bin/tsc", "--noEmit"));
  const folders = ["app", "server", "db", "emails", "embedded", "scripts", "tests", "bench"];
  const cruise = "dependency-cruiser/bin/dependency-cruise.mjs";
  await check("boundaries", bin(cruise, ...folders, "--config", ".dependency-cruiser.mjs"));
  await check("unused code", bin("knip/bin/knip.js"));
  if (isBuilt()) return;
  if (!(await run("build", [process.execPath, ["scripts/build.mjs"]], { aside: true })))
    throw new SetupError("The build failed, see above.");
}

/**
 * Ensures a browser, preferably Chromium without a window, which does the same with a third of the work. If only one
 * with a window is installed, Debian's other package is tried first; if that fails, the installed one is used.
 */
async function ensureBrowser() {
  if (process.env.CHROMIUM_PATH || existsSync(withoutWindow)) return;
  const { chromium } = await import("@playwright/test");
  if (existsSync(chromium.executablePath())) return;
  if (withWindow.some((file) => existsSync(file))) {
    await installByApt([["chromium-headless-shell"]], run);
    return;
  }
  if (await run("a browser", bin("@playwright/test/cli.js", "install", "chromium"), { aside: true })) return;
  if (await installByApt([["chromium-headless-shell"], ["chromium"]], run)) return;
  throw new SetupError("No Chromium was found and none could be installed. Install one, or set CHROMIUM_PATH.");
}

try {
  checkNode();
  process.chdir(root);
  ensureDependencies({ dev: true });
  mkdirSync(reports, { recursive: true });

  const node = (...args) => [process.execPath, args];
  const faults = () =>
    suite("faults", node("tests/faults/run.mjs"), {
      report: "faults.json",
      aside: true,
      again: ({ names }) => node("tests/faults/run.mjs", ...new Set(names.map((name) => name.split(/[ :]/)[0]))),
    });
  // All run to their end, so that each shows its result and the last line of the output is the summary.
  const [sources, , browser] = await Promise.allSettled([
    checkSources().then(faults),
    suite("unit and server tests", bin("vitest/vitest.mjs", "run"), {
      report: "vitest.json",
      read: ({ numPassedTests, numFailedTests, testResults }) => ({
        passed: numPassedTests,
        failed: numFailedTests,
        names: testResults.flatMap(failedIn),
      }),
      again: ({ names }) => bin("vitest/vitest.mjs", "run", ...new Set(names.map((name) => name.split(/: | – /)[0]))),
    }),
    ensureBrowser(),
  ]);
  if (sources.status === "rejected") throw sources.reason;
  await suite("sabotage", node("tests/sabotage/run.mjs", "--quick"), {
    report: "sabotage.json",
    env: { SABOTAGE_GREEN: path.join(reports, "vitest.json") },
  });
  if (browser.status === "rejected") throw browser.reason;
  rmSync(path.join(root, ".data/e2e"), { recursive: true, force: true });
  await suite("browser tests", bin("@playwright/test/cli.js", "test"), {
    report: "playwright.json",
    read: ({ stats, suites }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      names: suites.flatMap(failedSpecs),
    }),
    again: () => {
      rmSync(path.join(root, ".data/e2e"), { recursive: true, force: true });
      return bin("@playwright/test/cli.js", "test", "--last-failed");
    },
  });
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  fail("set-up");
}
for (const tryAgain of secondTries) await tryAgain();

for (const name of unsteady) console.error(`\npassed only when it ran alone: ${name}`);
for (const title of failures) console.error(`\nfailed: ${title}`);
process.exitCode = counts.failed === 0 ? 0 : 1;
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
