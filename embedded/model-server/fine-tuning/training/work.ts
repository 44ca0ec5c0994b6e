import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { deserialise, type LanguageModel, serialise } from "../../language-model/language-model";
import type { NGrams } from "../../language-model/n-gram";
import { TuningRefusal } from "../refusal";
import { readFiles, type SourceFile } from "./read-files";
import { makeSchedule, type TuneOptions, tune } from "./tune";

/** The work of a worker thread. */
export interface Work {
  /** `validate` only checks whether the files can be used. */
  task: "validate" | "train";
  /** The base model as `serialise` writes it. */
  base: Uint8Array;
  training: SourceFile[];
  validation: SourceFile[];
  skipPercentage: number;
  options: TuneOptions;
  /** The folder of checkpoints, the least milliseconds between two, and the last step in the job's record. */
  checkpoints: { folder: string; everyMs: number; knownStep: number };
  /** The file for the finished model, which is written in one step. */
  modelFile: string;
  /** Slows training down to this rate; undefined: full speed. */
  tokensPerSecond?: number | undefined;
}

/** The reports of a worker thread. */
export type Report =
  | { type: "validated"; trainTokens: number; dataTokens: number; skippedLines: number }
  | { type: "resumed"; step: number }
  | { type: "progress"; trainedTokens: number; tokensPerSecond: number }
  | {
      type: "step";
      step: number;
      /** Whether there is a checkpoint for this step, so that training can continue from it. */
      isKept: boolean;
      trainedTokens: number;
      tokensPerSecond: number;
      metrics: { train_loss: number | null; valid_loss: number | null; valid_mean_token_accuracy: number | null };
    }
  | { type: "trained" }
  | { type: "refused"; sentence: string };

/** The most visits of samples; more would take many hours. */
const mostVisits = 16_000_000;

/** Does the work and reports its progress. Throws internal errors; mistakes in the input are reported as `refused`. */
export async function doWork(work: Work, report: (report: Report) => void): Promise<void> {
  try {
    const base = deserialise(work.base);
    const data = await readFiles(work.training, work.validation, work.skipPercentage, base.tokenizer);
    const visits = data.training.reduce((sum, { samples, weight }) => sum + samples.count * weight, 0);
    if (visits * work.options.epochs > mostVisits)
      throw new TuningRefusal(
        `Examples, times weights and epochs, are more than ${mostVisits / 1e6} million. Use fewer epochs or smaller weights.`,
      );
    if (work.task === "validate") {
      const { tokens } = makeSchedule(data.training, work.options);
      const dataTokens = data.training.reduce((sum, { samples }) => sum + samples.tokenCount, 0);
      return report({ type: "validated", trainTokens: tokens, dataTokens, skippedLines: data.skippedLines });
    }
    const from = lastCheckpoint(work.checkpoints);
    if (from) report({ type: "resumed", step: from.step });
    const training = tune(base, data.training, data.heldOut, work.options, from);
    const model = await follow(training, base, work, report);
    writeWhole(work.modelFile, serialise(model));
    report({ type: "trained" });
  } catch (error) {
    if (!(error instanceof TuningRefusal)) throw error;
    report({ type: "refused", sentence: error.message });
  }
}

async function follow(
  training: ReturnType<typeof tune>,
  base: LanguageModel,
  { checkpoints, tokensPerSecond, options }: Work,
  report: (report: Report) => void,
): Promise<LanguageModel> {
  const started = performance.now();
  let before: number | undefined;
  let kept = started;
  for (;;) {
    const { value, done } = training.next();
    if (done) return value;
    // The tokens of an earlier run do not count for the speed of this one.
    before ??= value.trainedTokens;
    if (tokensPerSecond) {
      const due = started + ((value.trainedTokens - before) / tokensPerSecond) * 1_000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
    const { trainedTokens } = value;
    const rate = (trainedTokens - before) / Math.max(0.001, (performance.now() - started) / 1_000);
    if (value.step === undefined) {
      report({ type: "progress", trainedTokens, tokensPerSecond: rate });
      continue;
    }
    const isKept = performance.now() - kept >= checkpoints.everyMs && value.step < options.steps;
    if (isKept) {
      keepCheckpoint(checkpoints.folder, value.step, base, value.nGrams);
      kept = performance.now();
    }
    report({
      type: "step",
      step: value.step,
      isKept,
      trainedTokens,
      tokensPerSecond: rate,
      metrics: {
        train_loss: value.trainLoss,
        valid_loss: value.validLoss,
        valid_mean_token_accuracy: value.validAccuracy,
      },
    });
  }
}

/**
 * Saves the counts up to a step as a model. The checkpoint before it stays, because a crash may come before the job's
 * record has the new one.
 */
function keepCheckpoint(folder: string, step: number, { tokenizer }: LanguageModel, nGrams: NGrams): void {
  const [newest] = keptSteps(folder);
  writeWhole(fileOf(folder, step), serialise({ tokenizer, nGrams, exchanges: [] }));
  for (const other of keptSteps(folder)) {
    if (other !== step && other !== newest) rmSync(fileOf(folder, other), { force: true });
  }
}

/**
 * Returns the newest checkpoint that is in the job's record. Without a readable one, the steps are repeated with the
 * same result.
 */
function lastCheckpoint({ folder, knownStep }: Work["checkpoints"]): { step: number; nGrams: NGrams } | undefined {
  for (const step of keptSteps(folder)) {
    if (step > knownStep) continue;
    try {
      return { step, nGrams: deserialise(readFileSync(fileOf(folder, step))).nGrams };
    } catch {
      rmSync(fileOf(folder, step), { force: true });
    }
  }
  return undefined;
}

/** Lists the steps with a checkpoint, newest first. */
function keptSteps(folder: string): number[] {
  const steps = readdirSync(folder).flatMap((name) => /^checkpoint-(\d+)\.bin$/.exec(name)?.[1] ?? []);
  return steps.map(Number).sort((a, b) => b - a);
}

function fileOf(folder: string, step: number): string {
  return path.join(folder, `checkpoint-${step}.bin`);
}

/** Writes a file atomically: a crash, also of the machine, leaves the old file or the new one. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.tmp`;
  const handle = openSync(temporary, "w", 0o600);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}
