// npm run db:generate -- --name NAME: writes the migration for the changes in db/schema. drizzle-kit compares only with
// its last snapshot, so the others are deleted.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureDependencies, root } from "./setup.mjs";

ensureDependencies({ dev: true });
const meta = path.join(root, "db/migrations/meta");
const generator = path.join(root, "node_modules/drizzle-kit/bin.cjs");
const { status } = spawnSync(process.execPath, [generator, "generate", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
const snapshots = readdirSync(meta).filter((file) => file.endsWith("_snapshot.json"));
for (const file of snapshots.sort().slice(0, -1)) rmSync(path.join(meta, file));
process.exitCode = status ?? 1;
