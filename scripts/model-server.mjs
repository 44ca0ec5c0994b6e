// npm run model-server: starts only the small model server, for trying Atelier as on two machines. Installs missing
// dependencies and bundles the server; the rest of Atelier is not built.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { checkNode, ensureDependencies, root, SetupError } from "./setup.mjs";

try {
  checkNode();
  process.chdir(root);
  ensureDependencies();
  const { bundleModelServer } = await import("./bundle.mjs");
  const program = await bundleModelServer();
  process.env.PORT ||= "8000";
  process.env.HOST ||= "127.0.0.1";
  process.env.DATA_DIR = path.resolve(root, process.env.DATA_DIR || ".data");
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(program).href);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}
