// Breaks the product on purpose, one change at a time, and checks that a test fails. Works in copies of the tree
// in the system's folder for temporary files, never in the tree itself.
//
//   node tests/sabotage/run.mjs            all sabotages
//   node tests/sabotage/run.mjs --quick    checks that each still has its place in the code, and runs the most important ones
//   node tests/sabotage/run.mjs lock mail  the sabotages whose name, file or function contains one of these words
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { makeCopy, runTests } from "./copy.mjs";
import { sabotaged } from "./place.mjs";
import { sabotages } from "./sabotages.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const words = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const laneCount = 2;

const say = (line) => process.stdout.write(`${line}\n`);
const begun = Date.now();
const outcomes = [];

// Finding the places takes almost no time, so all sabotages are checked, also those that are not run.
for (const sabotage of sabotages) {
  try {
    sabotaged(readFileSync(path.join(root, sabotage.file), "utf8"), sabotage);
  } catch (error) {
    outcomes.push({ sabotage, outcome: "NOT DONE", detail: `${sabotage.file}: ${error.message}` });
  }
}
const undoable = new Set(outcomes.map(({ sabotage }) => sabotage));
const chosen = sabotages.filter((sabotage) => {
  if (undoable.has(sabotage)) return false;
  if (words.length > 0)
    return words.some((word) => `${sabotage.name} ${sabotage.file} ${sabotage.in ?? ""}`.includes(word));
  return flags.includes("--quick") ? sabotage.isQuick : true;
});

const folder = mkdtempSync(path.join(tmpdir(), "atelier-sabotage-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const lanes = await Promise.all(
  Array.from({ length: Math.min(laneCount, chosen.length) }, (_, lane) =>
    makeCopy(root, path.join(folder, `lane-${lane + 1}`)),
  ),
);

for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
])
  process.once(signal, async () => {
    await Promise.all(lanes.map((lane) => lane.close()));
    process.exit(status);
  });

// A test that fails without any sabotage would prove nothing. Test files that have just passed for the same tree are not run again.
const known = greenFiles();
const testFiles = [...new Set(chosen.flatMap(({ expectRedIn }) => expectRedIn))].filter((file) => !known.has(file));
const share = Math.ceil(testFiles.length / Math.max(1, lanes.length));
const before = await Promise.all(
  lanes.map((lane, index) => runTests(lane, testFiles.slice(index * share, (index + 1) * share), { bail: false })),
);
const redFiles = new Set(before.flatMap(({ red }) => red));
const passedBefore = before.reduce((sum, { passed }) => sum + passed, 0);
say(
  `before any sabotage: ${passedBefore} tests green, ${redFiles.size} of ${testFiles.length} files red; ${known.size} known\n`,
);
for (const file of redFiles) say(`RED      ${file}`);
for (const { failed, output } of before) if (failed > 0) say(output);
for (const file of redFiles)
  outcomes.push({ sabotage: { name: file }, outcome: "NOT DONE", detail: "red before any sabotage" });

const waiting = chosen.filter(({ expectRedIn }) => !expectRedIn.some((file) => redFiles.has(file)));
await Promise.all(
  lanes.map(async (lane) => {
    for (let sabotage = waiting.shift(); sabotage; sabotage = waiting.shift()) {
      const result = await attempt(lane, sabotage);
      outcomes.push(result);
      say(`${result.outcome.padEnd(8)} ${sabotage.name}${result.detail ? `\n         ${result.detail}` : ""}`);
    }
  }),
);
await Promise.all(lanes.map((lane) => lane.close()));

const caught = outcomes.filter(({ outcome }) => outcome === "caught").length;
const missed = outcomes.filter(({ outcome }) => outcome !== "caught");
say("");
for (const { sabotage, outcome, detail } of missed) say(`${outcome}: ${sabotage.name} (${detail})`);
say(`${caught} caught, ${missed.length} missed, in ${Math.round((Date.now() - begun) / 1000)} s`);
report({ passed: caught, failed: missed.length, names: missed.map(({ sabotage }) => sabotage.name) });
process.exit(missed.length === 0 ? 0 : 1);

/** Applies a sabotage, runs the tests that should fail, and reverts it. */
async function attempt(lane, sabotage) {
  const file = path.join(lane.folder, sabotage.file);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, sabotaged(text, sabotage));
  try {
    const { failed, passed, first, output } = await runTests(lane, sabotage.expectRedIn, { bail: true });
    if (failed > 0) return { sabotage, outcome: "caught", detail: first };
    // No test ran: the change broke something else than intended, and no promise was tested.
    if (passed === 0) return { sabotage, outcome: "NOT DONE", detail: `no test ran: ${output.slice(-400)}` };
    return {
      sabotage,
      outcome: "MISSED",
      detail: `${passed} tests in ${sabotage.expectRedIn.join(", ")} stayed green`,
    };
  } finally {
    writeFileSync(file, text);
  }
}

/** Returns the test files that passed according to the vitest report in SABOTAGE_GREEN; none without it. */
function greenFiles() {
  const source = process.env.SABOTAGE_GREEN;
  if (!source || !existsSync(source)) return new Set();
  const { testResults } = JSON.parse(readFileSync(source, "utf8"));
  return new Set(testResults.filter(({ status }) => status === "passed").map(({ name }) => path.relative(root, name)));
}

function report(summary) {
  const target = process.env.ATELIER_TEST_REPORT;
  if (!target) return;
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${JSON.stringify(summary)}\n`);
}
