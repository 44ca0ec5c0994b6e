import type { Tokenizer } from "../../language-model/tokenizer";
import { TuningRefusal } from "../refusal";
import { Dataset } from "./dataset";
import { readLines } from "./read-lines";
import { readSample } from "./samples";
import type { WeightedSamples } from "./tune";

/** A file for training or validation. */
export interface SourceFile {
  path: string;
  /** Its name as uploaded, for messages. */
  filename: string;
  weight: number;
}

/** The data of a job. */
export interface TrainingData {
  training: WeightedSamples[];
  heldOut: Dataset;
  /** The number of invalid lines that were skipped. */
  skippedLines: number;
}

/** The most tokens of one job, which use 128 MB of memory. */
const mostTokens = 64_000_000;
const heldOutEvery = 10;
const mostHeldOut = 1_000;

/**
 * Reads all files of a job. Without validation files, every tenth sample is held out, at most 1,000, and of fewer than
 * ten the last one. Refuses a file in which more than `skipPercentage` of the lines are invalid, with a sentence that
 * names the first one, and files without samples for training or validation.
 */
export async function readFiles(
  training: readonly SourceFile[],
  validation: readonly SourceFile[],
  skipPercentage: number,
  tokenizer: Tokenizer,
): Promise<TrainingData> {
  const data: TrainingData = { training: [], heldOut: new Dataset(), skippedLines: 0 };
  let tokens = 0;
  let usable = 0;
  const read = async (file: SourceFile, keep: (sample: number[]) => void) => {
    data.skippedLines += await readOne(file, skipPercentage, tokenizer, (sample) => {
      tokens += sample.length;
      if (tokens > mostTokens)
        throw new TuningRefusal(
          `The files have more than ${mostTokens / 1e6} million tokens, which is all this server can hold.`,
        );
      keep(sample);
    });
  };
  for (const file of validation)
    await read(file, (sample) => {
      if (data.heldOut.count < mostHeldOut) data.heldOut.add(sample);
    });
  for (const file of training) {
    const samples = new Dataset();
    await read(file, (sample) => {
      usable++;
      const isHeldOut = validation.length === 0 && usable % heldOutEvery === 0 && data.heldOut.count < mostHeldOut;
      (isHeldOut ? data.heldOut : samples).add(sample);
    });
    data.training.push({ samples, weight: file.weight });
  }
  if (validation.length === 0 && data.heldOut.count === 0) {
    const last = data.training.findLast(({ samples }) => samples.count > 0)?.samples.takeLast();
    if (last) data.heldOut.add(last);
  }
  data.training = data.training.filter(({ samples }) => samples.count > 0);
  if (data.training.length === 0) {
    const needed = validation.length === 0 ? 2 : 1;
    throw new TuningRefusal(
      `The training files have ${usable === 1 ? "1 usable example" : `${usable} usable examples`}; at least ${needed} are needed${needed === 2 ? ", one of them to measure on" : ""}.`,
    );
  }
  if (data.heldOut.count === 0) throw new TuningRefusal("The validation files have no usable example.");
  return data;
}

/** Reads one file and returns how many lines were skipped. */
async function readOne(
  { path, filename }: SourceFile,
  skipPercentage: number,
  tokenizer: Tokenizer,
  keep: (sample: number[]) => void,
): Promise<number> {
  let lines = 0;
  let invalid = 0;
  let first = "";
  try {
    for await (const { number, text, reason } of readLines(path)) {
      lines++;
      const sample = text === undefined ? (reason ?? "is empty") : readSample(text, tokenizer);
      if (typeof sample !== "string") keep(sample);
      else if (invalid++ === 0) first = `Line ${number} of ${filename} ${sample}.`;
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new TuningRefusal(`The file ${filename} was deleted before it had been read.`);
    throw error;
  }
  if (lines === 0) throw new TuningRefusal(`The file ${filename} has no lines.`);
  if (invalid * 100 > skipPercentage * lines) {
    const others = invalid === 1 ? "" : ` ${invalid} of its ${lines} lines cannot be used.`;
    const allowed = skipPercentage > 0 ? ` At most ${skipPercentage} % may be left out.` : "";
    throw new TuningRefusal(first + others + allowed);
  }
  return invalid;
}
