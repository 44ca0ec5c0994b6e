// How the parts that run outside Next are bundled: the process's front and the embedded model server.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import * as esbuild from "esbuild";
import { root } from "./setup.mjs";

const dist = path.join(root, "dist");

/**
 * Everything installed is left where it is, except what Node.js cannot load from there by itself, and the parts of mails: their package loads a highlighter,
 * Markdown and Tailwind, of which mails use nothing, and that took a third of a start.
 */
const isBundled = (packageName) => packageName === "next-auth" || packageName.startsWith("@react-email/");

const packages = {
  name: "packages",
  setup(build) {
    // Marks a module of the React server; outside Next's bundler it only throws.
    build.onResolve({ filter: /^(server|client)-only$/ }, ({ path: name }) => ({ path: name, namespace: "empty" }));
    build.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "" }));
    // Next has no "exports": in ES modules its parts need their file ending.
    build.onResolve({ filter: /^next\/[\w/-]+$/ }, ({ path: name }) => ({ path: `${name}.js`, external: true }));
    build.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) => {
      if (kind === "entry-point" || name.startsWith("@/") || path.isAbsolute(name)) return undefined;
      const [scope, rest] = name.split("/");
      const packageName = name.startsWith("@") ? `${scope}/${rest}` : scope;
      return isBundled(packageName) ? undefined : { path: name, external: true };
    });
  },
};

/** The model server and the thread it trains in, which has to lie beside it. */
const modelServer = {
  "model-server": "embedded/model-server/main.ts",
  "model-server-training": "embedded/model-server/fine-tuning/training/worker.ts",
};

/** The bundles, as one esbuild configuration; `plugins` are added to its own. */
export function bundleOptions(plugins = []) {
  return {
    absWorkingDir: root,
    entryPoints: { serve: "scripts/serve.ts", ...modelServer },
    outdir: dist,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // Keeps `await import` a real one: what it loads is evaluated then, not before.
    splitting: true,
    chunkNames: "part-[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    jsx: "automatic",
    sourcemap: true,
    logLevel: "warning",
    plugins: [packages, ...plugins],
  };
}

/** Removes the pieces of former bundles, whose names change with their contents. */
export function clearBundles() {
  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(dist)) {
    if (/^(part-.*|serve|model-server|model-server-training)\.mjs(\.map)?$/.test(name))
      rmSync(path.join(dist, name), { force: true });
  }
}

/** Bundles the model server alone into a folder of its own, so that what is served from dist/ meanwhile stays as it is. */
export async function bundleModelServer(folder = path.join(dist, "model-server")) {
  rmSync(folder, { recursive: true, force: true });
  await esbuild.build({ ...bundleOptions(), entryPoints: modelServer, outdir: folder });
  return path.join(folder, "model-server.mjs");
}

/** Bundles once. */
export async function bundle() {
  clearBundles();
  await esbuild.build(bundleOptions());
}

/** Bundles now and at every change; `onBuilt` is told whether it went well. Returns how to end it. */
export async function watchBundles(onBuilt) {
  clearBundles();
  const report = {
    name: "report",
    setup: (build) => build.onEnd(({ errors }) => onBuilt(errors.length === 0)),
  };
  const context = await esbuild.context(bundleOptions([report]));
  await context.watch();
  return () => context.dispose();
}

/** Bundles mail templates, each by itself, into a folder. */
export async function bundleMails(files, folder) {
  const { chunkNames: _names, ...shared } = bundleOptions();
  await esbuild.build({ ...shared, splitting: false, sourcemap: false, entryPoints: files, outdir: folder });
}

/** Bundles one script of the build and returns its file. */
export async function bundleScript(file) {
  const outfile = path.join(dist, `${path.basename(file, ".ts")}.mjs`);
  const {
    outdir: _outdir,
    outExtension: _ending,
    splitting: _splitting,
    chunkNames: _names,
    ...shared
  } = bundleOptions();
  await esbuild.build({ ...shared, entryPoints: [file], outfile });
  return path.relative(root, outfile);
}
