// Starts what a container image holds as a container does: an unprivileged user, a root that cannot be written to, nothing of the
// project but the image's files. Needs Linux, root and unshare; no container engine.
//
//   node tests/container/run.mjs
import { ensureBuild, root } from "../../scripts/setup.mjs";
import { importBundled } from "../support/import-bundled.mjs";

process.chdir(root);
ensureBuild();
await importBundled("tests/container/main.ts", ".data/container/main.mjs");
