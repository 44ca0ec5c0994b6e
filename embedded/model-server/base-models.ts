import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseCorpus } from "./language-model/corpus";
import {
  deserialise,
  type LanguageModel,
  serialise,
  type TrainingOptions,
  train,
} from "./language-model/language-model";

/** The models of every installation. After a change of the options they must be built again. */
export const baseModels: ReadonlyArray<{
  id: string;
  description: string;
  canFineTune: boolean;
  training: TrainingOptions;
}> = [
  {
    id: "atelier-base",
    description: "N-gram language model of order 5, trained on a small English corpus. Can be fine-tuned.",
    canFineTune: true,
    training: { order: 5, vocabularySize: 2_048 },
  },
  {
    id: "atelier-mini",
    description: "N-gram language model of order 3, trained on a small English corpus.",
    canFineTune: false,
    training: { order: 3, vocabularySize: 1_024 },
  },
];

/** Reads the corpus that base models are trained on, from a folder of .txt files. */
export function readCorpusFiles(folder: string): Array<{ name: string; text: string }> {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, "utf8") }));
}

/**
 * Trains every base model and writes `<folder>/<id>.bin`. Each file is written in one step, so that no reader sees an
 * incomplete one.
 */
export function buildBaseModels(corpusFolder: string, folder: string): void {
  const corpus = parseCorpus(readCorpusFiles(corpusFolder));
  mkdirSync(folder, { recursive: true });
  for (const { id, training } of baseModels) writeWhole(`${folder}/${id}.bin`, serialise(train(corpus, training)));
}

/**
 * Returns a loader of base models by id, which loads each on its first use. It reads a model that was built beside this
 * file; without one, it trains the model from the corpus (under a second) and keeps it in `dataDir`, if given, for the
 * next start. The loader throws for an unknown id.
 */
export function baseModelLoader(dataDir?: string): (id: string) => LanguageModel {
  const loaded = new Map<string, LanguageModel>();
  return (id) => {
    let model = loaded.get(id);
    if (!model) {
      model = readBuilt(new URL(`./base-models/${id}.bin`, import.meta.url)) ?? trainAndKeep(id, dataDir);
      loaded.set(id, model);
    }
    return model;
  };
}

function trainAndKeep(id: string, dataDir?: string): LanguageModel {
  const training = baseModels.find((candidate) => candidate.id === id)?.training;
  if (!training) throw new Error(`No base model ${id}.`);
  const files = corpusFiles();
  const version = createHash("sha256")
    .update(JSON.stringify([training, files]))
    .digest("hex")
    .slice(0, 16);
  const folder = dataDir && `${dataDir}/base-models`;
  const kept = folder && readBuilt(`${folder}/${id}-${version}.bin`);
  if (kept) return kept;
  const model = train(parseCorpus(files), training);
  if (folder) {
    mkdirSync(folder, { recursive: true });
    writeWhole(`${folder}/${id}-${version}.bin`, serialise(model));
  }
  return model;
}

/**
 * Returns the files of the corpus: beside this source file, or at their place relative to a bundle in dist/ or in a
 * folder of it.
 */
function corpusFiles(): Array<{ name: string; text: string }> {
  for (const folder of ["./corpus", "../embedded/model-server/corpus", "../../embedded/model-server/corpus"]) {
    try {
      return readCorpusFiles(fileURLToPath(new URL(folder, import.meta.url)));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new Error("Neither a built base model nor the corpus to train one was found.");
}

function readBuilt(file: string | URL): LanguageModel | undefined {
  try {
    return deserialise(readFileSync(file));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function writeWhole(file: string, bytes: Uint8Array): void {
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
