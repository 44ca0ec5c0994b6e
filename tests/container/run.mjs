// Carries out the Dockerfile's steps in a chroot of Debian, as Node's image is made of it, and starts what they wrote as a container does: an
// unprivileged user, a root that cannot be written to. Needs Linux, root and the network; no container engine.
//
//   npm run test:container               some minutes: it installs and builds in there
//   npm run test:container -- --built    with the build of this folder instead
import { ensureBuild, ensureDependencies, root } from "../../scripts/setup.mjs";
import { importBundled } from "../support/import-bundled.mjs";

process.chdir(root);
if (process.argv.includes("--built")) ensureBuild();
else ensureDependencies({ dev: true });
await importBundled("tests/container/main.ts", ".data/container/main.mjs");
