// Breaks what Atelier stands on while it works: two real instances against one PostgreSQL, under load.
//
//   node tests/faults/run.mjs               once through, about a minute
//   node tests/faults/run.mjs --minutes 30  again and again, each time with other random moments
//   node tests/faults/run.mjs FA-01 CR-13   only those parts
//   node tests/faults/run.mjs limits --rounds 200  calls at three instances against one limit, so many times
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { ensureBuild, root } from "../../scripts/setup.mjs";

const outfile = path.join(root, ".data", "faults", "main.mjs");

process.chdir(root);
ensureBuild();
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ["tests/faults/main.ts"],
  outfile,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});
await import(pathToFileURL(outfile).href);
