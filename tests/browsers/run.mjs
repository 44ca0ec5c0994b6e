// Plays the main story in Chromium, Firefox and WebKit against the production build, with real mouse and keyboard input.
//
//   npm run test:browsers                  in all three
//   npm run test:browsers -- webkit        in one or two of them
//
// Missing browsers are installed by apt-get: chromium-headless-shell, firefox-esr, webkit2gtk-driver and xvfb.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuild, ensureDependencies, root, SetupError } from "../../scripts/setup.mjs";

const folder = path.join(root, ".data", "browsers");

try {
  process.chdir(root);
  ensureDependencies({ dev: true });
  ensureBuild();
  const esbuild = await import("esbuild");
  const shared = { absWorkingDir: root, bundle: true, logLevel: "warning", target: "es2022" };
  // Injected into pages, so it has to be one plain script.
  await esbuild.build({
    ...shared,
    entryPoints: ["tests/browsers/in-page.ts"],
    outfile: path.join(folder, "in-page.js"),
    format: "iife",
    minify: true,
  });
  await esbuild.build({
    ...shared,
    entryPoints: ["tests/browsers/main.ts"],
    outfile: path.join(folder, "main.mjs"),
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
  });
  await import(pathToFileURL(path.join(folder, "main.mjs")).href);
} catch (error) {
  process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`);
  process.exit(1);
}
