// Builds the previous release from the repository's history, for the instances that are not replaced yet.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { root } from "../../scripts/setup.mjs";

function run(command, args, options = {}) {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    ...options,
  });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(" ")} ended with ${status}`);
  return stdout?.trim() ?? "";
}

const journal = "db/migrations/meta/_journal.json";

/**
 * Returns the commit to upgrade from: the newest tag, or without tags the newest commit with an older database than this
 * version's, which is the most difficult upgrade. Skips commits with a migration that was replaced before its release.
 */
export function commitBefore() {
  const tag = spawnSync("git", ["describe", "--tags", "--abbrev=0", "--match", "v*"], { cwd: root, encoding: "utf8" });
  if (tag.status === 0) return run("git", ["rev-parse", `${tag.stdout.trim()}^{commit}`]);
  const today = migrationsIn(readFileSync(path.join(root, journal), "utf8"));
  for (const commit of run("git", ["log", "--first-parent", "--format=%H", "--", journal])
    .split("\n")
    .filter(Boolean)) {
    const found = spawnSync("git", ["show", `${commit}^1:${journal}`], { cwd: root, encoding: "utf8" });
    if (found.status !== 0) break;
    const older = migrationsIn(found.stdout);
    if (older.length < today.length && older.every((each, index) => each === today[index]))
      return run("git", ["rev-parse", `${commit}^1`]);
  }
  throw new Error("There is no history to upgrade from: the clone has to have the commits before.");
}

const migrationsIn = (text) => JSON.parse(text).entries.map(({ tag, when }) => `${tag} ${when}`);

/** Builds a commit, unless it is built already. Returns its folder. */
export function buildOlder(commit) {
  const folder = path.join(root, ".data/upgrade", commit.slice(0, 12));
  if (existsSync(path.join(folder, ".next/atelier-build"))) return folder;
  const draft = `${folder}.new`;
  for (const left of [draft, folder]) rmSync(left, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const archive = path.join(root, ".data/upgrade/source.tar");
  run("git", ["archive", "--output", archive, commit]);
  run("tar", ["-xf", archive, "-C", draft]);
  rmSync(archive);
  // Hard links if the packages are the same. Otherwise it would install them at its start, and would not be ready in time.
  const [own, olders] = [root, draft].map((each) => readFileSync(path.join(each, "package-lock.json"), "utf8"));
  if (own === olders) run("cp", ["-al", path.join(root, "node_modules"), path.join(draft, "node_modules")]);
  else run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], { cwd: draft, stdio: "inherit" });
  renameSync(draft, folder);
  process.stdout.write(`Building the release before, ${commit.slice(0, 12)}.\n`);
  run("npm", ["run", "build"], { cwd: folder, stdio: "inherit", env: { ...process.env, NODE_ENV: "production" } });
  return folder;
}
