// Bundles scripts/usage-rebuild.ts and runs it.
import { pathToFileURL } from "node:url";
import { bundleScript } from "./bundle.mjs";
import { checkNode, root } from "./setup.mjs";

checkNode();
process.chdir(root);
await import(pathToFileURL(await bundleScript("scripts/usage-rebuild.ts")).href);
