import { mkdtemp, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** The model server, bundled as in the build: its program and its training thread. */
export type ModelServerBundle = { program: string; worker: URL; remove(): Promise<void> };

/** Bundles it into a new folder. */
export async function bundleModelServer(): Promise<ModelServerBundle> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "model-server-bundle-"));
  await build({
    entryPoints: {
      "model-server": "embedded/model-server/main.ts",
      "model-server-training": "embedded/model-server/fine-tuning/training/worker.ts",
    },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
    // Bundled CommonJS modules may still call `require`.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  await symlink(path.resolve("embedded/model-server/corpus"), path.join(folder, "corpus"));
  return {
    program: path.join(folder, "model-server.mjs"),
    worker: pathToFileURL(path.join(folder, "model-server-training.mjs")),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
