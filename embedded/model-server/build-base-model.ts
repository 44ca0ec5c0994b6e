import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildBaseModels } from "./base-models";

// Run by the build from the project's folder, bundled: `node dist/build-base-model.mjs`.
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "..");
buildBaseModels(path.join(root, "embedded/model-server/corpus"), path.join(here, "base-models"));
