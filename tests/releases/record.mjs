// Bundles tests/releases/record.ts and runs it.
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { checkNode, root } from "../../scripts/setup.mjs";

const outfile = path.join(root, ".data", "releases", "record.mjs");

checkNode();
process.chdir(root);
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ["tests/releases/record.ts"],
  outfile,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "warning",
});
await import(pathToFileURL(outfile).href);
