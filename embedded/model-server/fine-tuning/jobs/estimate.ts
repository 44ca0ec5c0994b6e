import { open } from "node:fs/promises";
import type { Tokenizer } from "../../language-model/tokenizer";
import type { FileStore } from "../files/store";
import { TuningRefusal } from "../refusal";
import { readFiles } from "../training/read-files";
import { readSample } from "../training/samples";
import { makeSchedule } from "../training/tune";
import type { JobOrder } from "./request";

const readBytes = 128 * 1024;

/** The factor for large files above the estimate from their beginning: the rest may have longer lines. */
const margin = 1.25;

/**
 * Returns the estimate of a job for a dry run: exact for files of up to 128 kB, and for larger ones a generous estimate
 * from their beginnings.
 */
export async function estimate(
  order: JobOrder,
  files: FileStore,
  tokenizer: Tokenizer,
): Promise<Record<string, unknown>> {
  const { dataTokens, trainTokens } =
    (await counted(order, files, tokenizer)) ?? (await guessed(order, files, tokenizer));
  const { steps, epochs } = order.options;
  return {
    object: "job.metadata",
    details: "An estimate from the beginning of each file; nothing was validated and no job was made.",
    deprecated: false,
    expected_duration_seconds: Math.ceil(trainTokens / 200_000 + steps * 0.06),
    cost: null,
    cost_currency: null,
    train_tokens: Math.round(trainTokens),
    train_tokens_per_step: Math.ceil(trainTokens / steps),
    data_tokens: dataTokens,
    epochs,
    training_steps: steps,
    estimated_start_time: null,
  };
}

type Count = { dataTokens: number; trainTokens: number };

/**
 * Counts like the training: the same samples, with the same repetitions. Undefined: the files are too large or invalid.
 */
async function counted(order: JobOrder, files: FileStore, tokenizer: Tokenizer): Promise<Count | undefined> {
  const all = [...order.training.map((file) => file.id), ...order.validation.map((file) => file.id)];
  if (all.reduce((sum, id) => sum + (files.get(id)?.bytes ?? 0), 0) > readBytes) return undefined;
  const source = ({ id, filename, weight = 1 }: { id: string; filename: string; weight?: number }) => ({
    ...{ path: files.pathOf(id), filename, weight },
  });
  try {
    const data = await readFiles(
      order.training.map(source),
      order.validation.map(source),
      order.skipPercentage,
      tokenizer,
    );
    return {
      dataTokens: data.training.reduce((sum, { samples }) => sum + samples.tokenCount, 0),
      trainTokens: makeSchedule(data.training, order.options).tokens,
    };
  } catch (error) {
    if (error instanceof TuningRefusal) return undefined;
    throw error;
  }
}

/**
 * Estimates from the beginning of each file. Its samples are repeated as often as the epochs or the steps require,
 * whichever is more.
 */
async function guessed(order: JobOrder, files: FileStore, tokenizer: Tokenizer): Promise<Count> {
  const { steps, epochs } = order.options;
  let [dataTokens, visitedTokens, visits] = [0, 0, 0];
  for (const { id, weight } of order.training) {
    const { tokens, samples } = await beginningOf(files.pathOf(id), files.get(id)?.bytes ?? 0, tokenizer);
    dataTokens += tokens;
    visitedTokens += tokens * weight * epochs;
    visits += samples * weight * epochs;
  }
  const trainTokens = Math.ceil(visitedTokens * Math.max(1, steps / Math.max(1, visits)) * margin);
  return { dataTokens, trainTokens };
}

async function beginningOf(file: string, bytes: number, tokenizer: Tokenizer) {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(bytes, readBytes)), 0);
    const text = buffer.toString("utf8", 0, bytesRead);
    // A cut line is counted by its share of the bytes.
    const whole = bytesRead === bytes ? text : text.slice(0, text.lastIndexOf("\n") + 1);
    let [tokens, samples] = [0, 0];
    for (const line of whole.split("\n")) {
      const sample = line.trim() === "" ? undefined : readSample(line, tokenizer);
      if (sample === undefined || typeof sample === "string") continue;
      tokens += sample.length;
      samples++;
    }
    const share = bytes / Math.max(1, Buffer.byteLength(whole));
    return { tokens: Math.round(tokens * share), samples: Math.round(samples * share) };
  } finally {
    await handle.close();
  }
}
