// Bundles tests/releases/record.ts and runs it.
import { checkNode, root } from "../../scripts/setup.mjs";
import { importBundled } from "../support/import-bundled.mjs";

checkNode();
process.chdir(root);
await importBundled("tests/releases/record.ts", ".data/releases/record.mjs");
