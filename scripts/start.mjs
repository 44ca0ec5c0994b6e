// npm start: installs and builds what is missing, then serves. npm run dev: serves while the sources change.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { checkNode, ensureBuild, ensureDependencies, root, SetupError } from "./setup.mjs";

const serve = path.join(root, "dist", "serve.mjs");

try {
  checkNode();
  process.chdir(root);
  process.env.NEXT_TELEMETRY_DISABLED ??= "1";
  ensureDependencies();
  if (process.argv.includes("--dev")) {
    process.env.NODE_ENV = "development";
    await develop();
  } else {
    ensureBuild();
    process.env.NODE_ENV = "production";
    await import(pathToFileURL(serve).href);
  }
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}

/** Bundles at every change and restarts the server, in which Next reloads the pages. */
async function develop() {
  const { watchBundles } = await import("./bundle.mjs");
  let child;
  let isEnding = false;
  let isStale = false;

  const startServer = () => {
    isStale = false;
    child = spawn(process.execPath, ["--enable-source-maps", serve, "--dev"], { stdio: "inherit" });
    child.once("exit", (code) => {
      child = undefined;
      if (isEnding) process.exit(code ?? 1);
      if (isStale) startServer();
      else console.log(`The server ended (${code}). It starts again at the next change.`);
    });
  };
  const close = await watchBundles((isGood) => {
    if (!isGood || isEnding || !existsSync(serve)) return;
    if (child === undefined) return startServer();
    isStale = true;
    child.kill("SIGTERM");
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      isEnding = true;
      close();
      if (child === undefined) process.exit(0);
      child.kill("SIGTERM");
    });
  }
}
