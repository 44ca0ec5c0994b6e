import path from "node:path";
import { buildBaseModels } from "./base-models";

// Run by the build from the project's folder, bundled: `node dist/build-base-model.mjs`.
const root = path.resolve(import.meta.dirname, "..");
buildBaseModels(path.join(root, "embedded/model-server/corpus"), path.join(import.meta.dirname, "base-models"));
