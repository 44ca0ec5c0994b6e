// Draws the tables of db/schema into docs/schema.md.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bundleScript } from "./bundle.mjs";
import { checkNode, root } from "./setup.mjs";

checkNode();
process.chdir(root);
const { diagram } = await import(pathToFileURL(path.resolve(await bundleScript("db/diagram.ts"))).href);
writeFileSync("docs/schema.md", diagram());
