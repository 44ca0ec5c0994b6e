// Bundles the parts that run outside Next: the process's front and the embedded model server.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import * as esbuild from "esbuild";
import { root } from "./setup.mjs";

const dist = path.join(root, "dist");

/**
 * Installed packages are not bundled, except those that Node.js cannot load by itself, and the components of mails:
 * their package loads a highlighter, Markdown and Tailwind, which mails do not use and which took a third of a start.
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

/** The model server and its training thread, which must be in the same folder. */
const modelServer = {
  "model-server": "embedded/model-server/main.ts",
  "model-server-training": "embedded/model-server/fine-tuning/training/worker.ts",
};

/** Returns the esbuild configuration of the bundles; `plugins` are added to its own. */
export function bundleOptions(plugins = []) {
  return {
    absWorkingDir: root,
    entryPoints: { serve: "scripts/serve.ts", ...modelServer },
    outdir: dist,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // Keeps `await import` dynamic: the module is evaluated then, not before.
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

/** Removes the parts of earlier bundles, whose names change with their contents. */
export function clearBundles() {
  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(dist)) {
    if (/^(part-.*|serve|model-server|model-server-training)\.mjs(\.map)?$/.test(name))
      rmSync(path.join(dist, name), { force: true });
  }
}

/**
 * Bundles only the model server, into its own folder, so that the bundles in dist/ that are being served stay
 * unchanged.
 */
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

/** Bundles now and at every change. `onBuilt` is called with whether it succeeded. Returns a function that stops it. */
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

/** Bundles mail templates into a folder, each separately. */
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
