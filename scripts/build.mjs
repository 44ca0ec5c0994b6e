// Builds .next/ and dist/ from the sources, and notes the hashes of the sources.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hintScripts } from "./compile-hints.mjs";
import { buildStamp, checkNode, fingerprint, hashSources, root, SetupError } from "./setup.mjs";

// Scripts that run once here instead of at every start: each is bundled like the rest and run in the project's folder.
const prepared = ["embedded/model-server/build-base-model.ts"];

const run = (args) => {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (status !== 0) throw new SetupError(`The build failed at "node ${args.join(" ")}", see above.`);
};

try {
  checkNode();
  process.chdir(root);
  const sources = hashSources();
  rmSync(buildStamp, { force: true });
  run(["node_modules/next/dist/bin/next", "build"]);
  hintScripts(path.join(root, ".next/static/chunks"));

  const { bundle, bundleScript } = await import("./bundle.mjs");
  await bundle();
  for (const script of prepared.filter((file) => existsSync(path.join(root, file)))) run([await bundleScript(script)]);

  // Next completes tsconfig.json, so its new hash counts. Other files that were edited meanwhile are not in this build.
  const settled = hashSources();
  for (const file of ["tsconfig.json"]) sources.set(file, settled.get(file));
  writeFileSync(buildStamp, fingerprint(sources));
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}
