// npm run test:nodes [major …] [--tests]: on each Node.js version that Atelier supports, starts the production build
// and runs the main story in Chromium; with --tests, also runs the unit and server tests. npm provides Node.js as a
// package for each platform, which is installed once into .data/nodes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ensureBuild, ensureDependencies, root } from "./setup.mjs";

/** The tested versions, besides the one in .nvmrc, with which all other tests run. */
const versions = ["22.23.5", "24.22.3", "26.12.1"];

const withTests = process.argv.includes("--tests");
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const chosen = versions.filter((version) => wanted.length === 0 || wanted.includes(version.split(".")[0]));
if (chosen.length === 0) {
  console.error(`There is no such version among ${versions.join(", ")}.`);
  process.exit(1);
}
ensureDependencies({ dev: true });
process.chdir(root);
ensureBuild();

const failed = [];
for (const version of chosen) {
  const node = install(version);
  console.log(`\n— Node.js ${version}`);
  // Child processes start programs by process.execPath, and npm's scripts find `node` in the path.
  const PATH = `${path.dirname(node)}${path.delimiter}${process.env.PATH}`;
  const passes = (...args) =>
    spawnSync(node, args, { cwd: root, stdio: "inherit", env: { ...process.env, PATH } }).status === 0;
  const isFine =
    passes("tests/browsers/run.mjs", "chromium") && (!withTests || passes("node_modules/vitest/vitest.mjs", "run"));
  if (!isFine) failed.push(version);
}
console.log(
  `\n${chosen.length - failed.length} of ${chosen.length} passed${failed.length > 0 ? `; failed: ${failed.join(", ")}` : ""}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Installs a version of Node.js unless it is installed. Returns the path of its program. */
function install(version) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const folder = path.join(root, ".data/nodes", version);
  const packed = path.join(folder, "node_modules", name);
  const program = path.join(packed, process.platform === "win32" ? "bin/node.exe" : "bin/node");
  const installed = path.join(packed, "package.json");
  if (existsSync(installed) && JSON.parse(readFileSync(installed, "utf8")).version === version) return program;
  mkdirSync(folder, { recursive: true });
  const args = ["install", `${name}@${version}`, "--prefix", folder, "--no-save", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", args, { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0 || !existsSync(program)) throw new Error(`${name}@${version} could not be installed.`);
  return program;
}
