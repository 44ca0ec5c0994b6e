// npm run bench [name …]: measures the named benchmarks, or all of them, and writes bench/results.md.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { checkNode, ensureBuild, root } from "../scripts/setup.mjs";
import { peersDir } from "./processes.mjs";
import { openStage } from "./stage.mjs";

const benchmarks = [
  "key-check",
  "unknown-keys",
  "revocation",
  "gateway",
  "worst-bodies",
  "limits",
  "metering",
  "streams",
  "growth",
  "instance-lists",
  "files",
  "audit",
  "members-page",
  "members-growth",
  "models-page",
  "switcher",
  "clicks",
  "script-weight",
  "changes",
  "bulk",
  "cold-start",
  "memory",
  "training",
];
const heading = "| # | what | value | ratio | target | met | where the time goes |";

const named = process.argv.slice(2);
const unknown = named.filter((name) => !benchmarks.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}". There are: ${benchmarks.join(", ")}.`);
  process.exit(1);
}
checkNode();
process.chdir(root);
ensureBuild();
if (peersDir === undefined) console.log("The peers are not here (PEERS_DIR): figures that need one have no ratio.");

const stage = await openStage();
try {
  for (const name of named.length > 0 ? named : benchmarks) {
    console.log(`\n— ${name}`);
    const { run } = await import(`./${name}.mjs`);
    try {
      const figures = await run(stage);
      for (const each of figures) console.log(lineOf(each));
      writeResult(name, figures);
    } catch (error) {
      process.exitCode = 1;
      console.error(`${name} could not be measured: ${error.message}`);
    }
    await stage.clear();
  }
} finally {
  await stage.close();
}

function lineOf({ id, name, value, ratio, target, met, note, discarded, noisy }) {
  const rounds = discarded ? ` (${discarded} rounds thrown away)` : "";
  const doubt = noisy ? ` (${noisy} of 3 rounds noisy)` : "";
  return [`${id} ${name}: ${value}`, ratio, `target ${target}`, met + rounds + doubt, note].filter(Boolean).join(" · ");
}

/** What was measured replaces what was there of the same benchmark; the others' figures stay, with their dates. */
function writeResult(name, figures) {
  const file = path.join(root, "bench/results.md");
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const kept = new Map(
    before
      .split(/^## /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf("\n")).split(",")[0], part.trim()]),
  );
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${availableParallelism()} cores, Node.js ${process.versions.node}, ${process.platform}`;
  const rows = figures.map((one) => {
    const met = one.noisy ? `${one.met}, noisy` : one.met;
    return `| ${one.id} | ${one.name} | ${one.value} | ${one.ratio} | ${one.target} | ${met} | ${one.note || "–"} |`;
  });
  kept.set(name, [`${name}, ${date}, on ${machine}`, "", heading, "|---|---|---|---|---|---|---|", ...rows].join("\n"));
  const parts = benchmarks.filter((name) => kept.has(name)).map((name) => `## ${kept.get(name)}`);
  const intro =
    "# How fast\n\nWritten by `npm run bench`. Only ratios carry over to another machine: each is taken in one run, medians of three\ninterleaved rounds.";
  writeFileSync(file, `${intro}\n\n${parts.join("\n\n")}\n`);
}
