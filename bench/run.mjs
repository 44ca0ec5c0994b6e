// npm run bench [name …]: measures the named benchmarks, or all of them, and writes bench/results.md.
import { checkNode, ensureBuild, root } from "../scripts/setup.mjs";
import { peersDir } from "./processes.mjs";
import { benchmarks, writeResult } from "./results.mjs";
import { openStage } from "./stage.mjs";

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
