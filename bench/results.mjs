// bench/results.md: one section per measurement, replaced when it is measured again.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { root } from "../scripts/setup.mjs";

const heading = "| # | what | value | ratio | target | met | where the time goes |";
const intro =
  "# How fast\n\nWritten by `npm run bench` and `npm run lighthouse`. Only ratios carry over to another machine: each is taken in one run, medians of three\ninterleaved rounds.";

/** Replaces the section `name` by these figures. The other sections keep their dates and their order. */
export function writeResult(name, figures) {
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
  const parts = [...benchmarks, lighthouse].filter((name) => kept.has(name)).map((name) => `## ${kept.get(name)}`);
  writeFileSync(file, `${intro}\n\n${parts.join("\n\n")}\n`);
}

/** The results of `npm run lighthouse`: the last section. */
export const lighthouse = "lighthouse";

/** The benchmarks of `npm run bench`, in the order of the sections: files of this folder. */
export const benchmarks = [
  "key-check",
  "unknown-keys",
  "revocation",
  "gateway",
  "worst-bodies",
  "limits",
  "metering",
  "streams",
  "translation",
  "batches",
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
