// Prepares everything that must exist before the project can run. Plain JavaScript without dependencies, because a
// fresh clone has none yet.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** An error that the person who started the program can solve. It is shown without a stack. */
export class SetupError extends Error {
  name = "SetupError";
}

/** Throws when this Node.js is older than "engines" in package.json requires. */
export function checkNode(version = process.versions.node) {
  const { engines } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const oldestNode = engines.node.replace(">=", "").split(".").map(Number);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new SetupError(
    `Atelier needs Node.js ${oldestNode.join(".")} or newer, this is ${version}. Install a newer one from https://nodejs.org and try again.`,
  );
}

/**
 * Installs the dependencies when they are missing or differ from package-lock.json. Development dependencies may be
 * missing unless `dev` is set: `npm ci --omit=dev` is enough to build and to start.
 */
export function ensureDependencies({ dev = false } = {}) {
  checkNode();
  const lock = readFileSync(path.join(root, "package-lock.json"));
  const expected = `${createHash("sha256").update(lock).digest("hex")}${dev ? " dev" : ""}`;
  const stamp = path.join(root, "node_modules", ".atelier-lock");
  if ([expected, `${expected} dev`].includes(readIfThere(stamp))) return;
  if (!matchesLock(JSON.parse(lock.toString()), dev)) {
    console.log("Installing dependencies. This happens once and takes about a minute.");
    runNpm(["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund"]);
  }
  try {
    // Written as a new file, because copies of the folder made of hard links must not change.
    rmSync(stamp, { force: true });
    writeFileSync(stamp, expected);
  } catch {
    // If the folder is not writable, the comparison is repeated next time.
  }
}

/** Checks whether there is a build of exactly these sources. */
export function isBuilt() {
  return readIfThere(buildStamp) === fingerprint(hashSources());
}

/** Builds the application unless there is a build of exactly these sources. */
export function ensureBuild() {
  if (isBuilt()) return;
  console.log("Building. This happens once for every version and takes about a minute.");
  runNpm(["run", "build"], { NODE_ENV: "production" });
}

/** The file in which a finished build notes its sources. */
export const buildStamp = path.join(root, ".next", "atelier-build");

const buildFolders = ["app", "server", "db", "emails", "embedded", "public"];
/** The configuration files at the root, except those of the tests. */
const buildConfig = /^(?!\.|playwright\.|vitest\.).*\.config\.\w+$/;
const buildFiles = [
  "scripts/serve.ts",
  "scripts/build.mjs",
  "scripts/compile-hints.mjs",
  "package-lock.json",
  "tsconfig.json",
];

/** Returns the files that go into a build, each with the hash of its contents. */
export function hashSources() {
  const files = [...buildFiles, ...readdirSync(root).filter((name) => buildConfig.test(name))];
  for (const folder of buildFolders) collect(folder, files);
  const hashes = new Map();
  for (const file of files.sort()) {
    const contents = readIfThere(path.join(root, file), null);
    if (contents !== undefined) hashes.set(file, createHash("sha1").update(contents).digest("hex"));
  }
  return hashes;
}

/** Returns one hash for all sources. */
export function fingerprint(hashes) {
  return createHash("sha256")
    .update(JSON.stringify([...hashes]))
    .digest("hex");
}

function collect(folder, files) {
  if (!existsSync(path.join(root, folder))) return;
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) collect(file, files);
    else if (!/\.test\.tsx?$/.test(entry.name)) files.push(file);
  }
}

/**
 * Checks whether npm's record of the last install matches the lockfile, apart from binaries of other platforms and,
 * without `dev`, development dependencies.
 */
function matchesLock(lock, dev) {
  const noted = readIfThere(path.join(root, "node_modules", ".package-lock.json"));
  if (noted === undefined) return false;
  try {
    const installed = JSON.parse(noted).packages;
    return Object.entries(lock.packages).every(([where, wanted]) => {
      if (where === "") return true;
      const found = installed[where];
      if (found === undefined)
        return wanted.optional === true || (!dev && (wanted.dev === true || wanted.devOptional === true));
      return found.version === wanted.version;
    });
  } catch {
    return false;
  }
}

function runNpm(args, environment = {}) {
  const bundled = process.env.npm_execpath;
  const isNpm = bundled !== undefined && path.basename(bundled).startsWith("npm-cli");
  const [command, first] = isNpm ? [process.execPath, [bundled]] : ["npm", []];
  const { status, error, signal } = spawnSync(command, [...first, ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...withoutOuterNpm(process.env), ...environment },
    shell: !isNpm && process.platform === "win32",
  });
  if (status === 0) return;
  if (signal === "SIGINT" || signal === "SIGTERM") throw new SetupError("Stopped.");
  const shown = `npm ${args.join(" ")}`;
  if (error !== undefined)
    throw new SetupError(`"${shown}" could not be started (${error.message}). Is npm installed?`);
  throw new SetupError(`"${shown}" failed, see above. Run it yourself in ${root} to find the cause, then start again.`);
}

/**
 * Returns the environment without the settings by which an outer `npm start --omit=dev` or NODE_ENV would change an
 * inner install. Settings of registries, proxies and caches stay.
 */
function withoutOuterNpm(environment) {
  const changes =
    /^(npm_(lifecycle|package)_.*|npm_command|npm_config_(omit|include|production|dev|only|also|optional|global|location|dry_run|package_lock|package_lock_only|workspaces?|include_workspace_root|install_strategy|local_prefix|if_present)|NODE_ENV)$/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !changes.test(name)));
}

function readIfThere(file, encoding = "utf8") {
  try {
    return readFileSync(file, encoding);
  } catch {
    return undefined;
  }
}
