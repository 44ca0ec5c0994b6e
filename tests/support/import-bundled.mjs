import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../scripts/setup.mjs";

/**
 * Bundles a TypeScript program without its packages, and loads it.
 *
 * @param file its path from `folder`
 * @param outfile where the bundle is written, from `folder`
 * @param folder the checkout that contains it
 * @returns its exports
 */
export async function importBundled(file, outfile, folder = root) {
  // Loaded only now: a run may have had to install it first.
  const esbuild = await import("esbuild");
  const written = path.join(folder, outfile);
  await esbuild.build({
    absWorkingDir: folder,
    entryPoints: [file],
    outfile: written,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
  });
  return import(pathToFileURL(written).href);
}
