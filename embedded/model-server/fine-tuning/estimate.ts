import { open } from "node:fs/promises";
import type { Tokenizer } from "../tokenizer";
import type { FileStore } from "./file-store";
import type { JobOrder } from "./job-request";
import { readSample } from "./samples";

const readBytes = 128 * 1024;

/** What a job would take, as a dry run answers: exact for files up to 128 kB, by their beginnings for larger ones. */
export async function estimate(
  order: JobOrder,
  files: FileStore,
  tokenizer: Tokenizer,
): Promise<Record<string, unknown>> {
  let dataTokens = 0;
  let trainTokens = 0;
  for (const { id, weight } of order.training) {
    const bytes = files.get(id)?.bytes ?? 0;
    const tokens = await tokensOf(files.pathOf(id), bytes, tokenizer);
    dataTokens += tokens;
    trainTokens += tokens * weight * order.options.epochs;
  }
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

async function tokensOf(file: string, bytes: number, tokenizer: Tokenizer): Promise<number> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(bytes, readBytes)), 0);
    const text = buffer.toString("utf8", 0, bytesRead);
    // A line that was cut is counted by its share of the bytes.
    const whole = bytesRead === bytes ? text : text.slice(0, text.lastIndexOf("\n") + 1);
    let tokens = 0;
    for (const line of whole.split("\n")) {
      const sample = line.trim() === "" ? [] : readSample(line, tokenizer);
      if (typeof sample !== "string") tokens += sample.length;
    }
    return Math.round((tokens * bytes) / Math.max(1, Buffer.byteLength(whole)));
  } finally {
    await handle.close();
  }
}
