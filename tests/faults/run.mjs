// Breaks the services that Atelier depends on while it runs: two real instances with one PostgreSQL, under load.
//
//   node tests/faults/run.mjs               all parts once, about a minute
//   node tests/faults/run.mjs --minutes 30  repeatedly, each time at other random moments
//   node tests/faults/run.mjs FA-01 CR-13   only those parts
//   node tests/faults/run.mjs limits --rounds 200  calls at three instances against one limit, so many times
import { ensureBuild, root } from "../../scripts/setup.mjs";
import { importBundled } from "../support/import-bundled.mjs";

process.chdir(root);
ensureBuild();
await importBundled("tests/faults/main.ts", ".data/faults/main.mjs");
