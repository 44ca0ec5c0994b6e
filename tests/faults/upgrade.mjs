// npm run test:upgrade: two instances of the previous release are replaced by this one, one after another, under load.
//
//   node tests/faults/upgrade.mjs               from the newest tag, or the newest commit with an older database
//   node tests/faults/upgrade.mjs --from REF    from another commit
import { spawnSync } from "node:child_process";
import { ensureBuild, root } from "../../scripts/setup.mjs";
import { importBundled } from "../support/import-bundled.mjs";
import { buildOlder, commitBefore } from "./older.mjs";

process.chdir(root);
ensureBuild();
const given = process.argv.indexOf("--from");
const commit =
  given < 0
    ? commitBefore()
    : spawnSync("git", ["rev-parse", `${process.argv[given + 1]}^{commit}`], { encoding: "utf8" }).stdout.trim();
process.env.ATELIER_OLDER = buildOlder(commit);
await importBundled("tests/faults/upgrade-main.ts", ".data/faults/upgrade-main.mjs");
