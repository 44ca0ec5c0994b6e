// Starts what a container image holds as a container does: an unprivileged user, a root that cannot be written to, nothing of the
// project but the image's files. Needs Linux, root and unshare; no container engine.
//
//   node tests/container/run.mjs
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { ensureBuild, root } from "../../scripts/setup.mjs";

const outfile = path.join(root, ".data", "container", "main.mjs");

process.chdir(root);
ensureBuild();
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ["tests/container/main.ts"],
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
