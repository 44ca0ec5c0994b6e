// Plays the main story in Chromium, Firefox and WebKit against the production build, with real mouse and keyboard input.
//
//   npm run test:browsers                  in all three
//   npm run test:browsers -- webkit        in one or two of them
//
// Missing browsers are installed by apt-get: chromium-headless-shell, firefox-esr, webkit2gtk-driver and xvfb.
import { ensureBuild, ensureDependencies, root, SetupError } from "../../scripts/setup.mjs";
import { importBundled } from "../support/import-bundled.mjs";

try {
  process.chdir(root);
  ensureDependencies({ dev: true });
  ensureBuild();
  const esbuild = await import("esbuild");
  // Injected into pages, so it has to be one plain script.
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["tests/browsers/in-page.ts"],
    outfile: ".data/browsers/in-page.js",
    bundle: true,
    format: "iife",
    minify: true,
    target: "es2022",
    logLevel: "warning",
  });
  await importBundled("tests/browsers/main.ts", ".data/browsers/main.mjs");
} catch (error) {
  process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`);
  process.exit(1);
}
