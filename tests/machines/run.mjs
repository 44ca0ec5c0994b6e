// npm run test:machines: what a large installation runs, on the ports of one machine: two instances for pages, three for programs, PgBouncer
// in front of PostgreSQL, and a standby for reports. Each is killed in turn under load.
import path from "node:path";
import { ensureBuild, ensureDependencies, root, SetupError } from "../../scripts/setup.mjs";
import { importBundled } from "../support/import-bundled.mjs";
import { findPgBouncer } from "./pgbouncer.mjs";

try {
  process.chdir(root);
  ensureDependencies({ dev: true });
  ensureBuild();
  process.env.PGBOUNCER_COMMAND = JSON.stringify(findPgBouncer(path.join(root, ".data/pgbouncer")));
  await importBundled("tests/machines/main.ts", ".data/machines/main.mjs");
} catch (error) {
  process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`);
  process.exit(1);
}
