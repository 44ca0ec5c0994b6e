import { z } from "zod";
import { cursor, listOrder } from "@/server/api/input";
import { numberField, positiveInteger, tick } from "@/server/keys/fields";

/** The statuses of a job, in the order in which it passes through them. */
export const jobStatuses = [
  "QUEUED",
  "VALIDATING",
  "VALIDATED",
  "STARTED",
  "RUNNING",
  "SUCCESS",
  "FAILED_VALIDATION",
  "FAILED",
  "CANCELLATION_REQUESTED",
  "CANCELLED",
] as const;

const between = (least: number, most: number) => z.number().min(least).max(most);

/**
 * The hyperparameters of a training. Those that are left out are chosen by the model server, except the learning rate
 * and the steps.
 */
export const hyperparameters = z
  .object({
    training_steps: z.int("Enter a whole number of steps.").min(1).max(100_000, "At most 100,000 steps.").nullish(),
    learning_rate: between(1e-8, 1).nullish(),
    epochs: between(0.01, 100).nullish(),
    weight_decay: between(0, 1).nullish(),
    warmup_fraction: between(0, 1).nullish(),
    seq_len: z.int().min(100).max(10_000_000).nullish(),
    fim_ratio: between(0, 1).nullish(),
  })
  .transform((given) => {
    const said = Object.entries(given).filter((entry): entry is [keyof typeof given, number] => entry[1] != null);
    const kept: Partial<Record<keyof typeof given, number>> = Object.fromEntries(said);
    const passes = kept.training_steps === undefined && kept.epochs === undefined ? { training_steps: usualSteps } : {};
    return { learning_rate: usualLearningRate, ...kept, ...passes };
  });

/** With their defaults, in the terms of the `/v1` API. */
export type Hyperparameters = z.output<typeof hyperparameters>;

export const usualSteps = 100;
export const usualLearningRate = 0.0001;

/** A new job, from the console or `/v1`. */
export type JobRequest = {
  model: string;
  trainingFiles: { fileId: string; weight: number }[];
  validationFiles: string[];
  suffix: string | null;
  /** Whether it starts automatically after its files were validated. */
  isAutoStart: boolean;
  hyperparameters: Hyperparameters;
  invalidSampleSkipPercentage: number;
};

export const mostFiles = 50;

/** A part of the new model's id. */
export const suffix = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,18}$/, "Use 1 to 18 letters, digits, hyphens and underscores of plain ASCII.");

/** A possible model name. */
export const modelName = z
  .string()
  .max(256)
  .regex(/^[\x21-\x7e]*$/);

export const baseModel = z
  .string({ error: "Choose a model." })
  .min(1, "Choose a model.")
  .max(256, "There is no such model.")
  .regex(/^[\x21-\x7e]*$/, "There is no such model.");

/** Ticked boxes. The form also sends an empty value, so that none ticked differs from a missing field. */
const ticked = z
  .union([z.string(), z.array(z.string()).max(mostFiles + 1, `Choose at most ${mostFiles} files.`)], {
    error: "Choose from the list.",
  })
  .transform((chosen) => [...new Set([chosen].flat().filter(Boolean))])
  .pipe(z.array(z.uuid("Choose from the list.")));

const rateMessage = "Enter a number above 0 and at most 1, such as 0.0001.";

function rate(text: string): number | null {
  const value = /^\d*\.?\d+(e-?\d{1,2})?$/i.test(text) ? Number(text) : Number.NaN;
  return value >= 1e-8 && value <= 1 ? value : null;
}

/** The form for a job. */
export const describeJob = z.strictObject({
  model: baseModel,
  trainingFiles: ticked.refine((files) => files.length > 0, "Choose at least one file."),
  validationFiles: ticked.default([]),
  suffix: z
    .union([z.literal(""), suffix])
    .default("")
    .transform((text) => text || null),
  steps: numberField(positiveInteger, "Enter a whole number of steps, from 1 on."),
  learningRate: numberField(rate, rateMessage),
  isAutoStart: tick,
});

/** The same, with the highest number of tokens that the dry run showed. */
export const createJob = describeJob.extend({
  agreedTokens: z.coerce.number().int().min(1).max(2_000_000_000).optional(),
});

/** Returns a filled-in form as a request. Refuses invalid values at their fields. */
export function requestOf(
  input: z.output<typeof describeJob>,
): { request: JobRequest } | { field: string; error: string } {
  const { model, trainingFiles, validationFiles, suffix, isAutoStart } = input;
  const tuned = hyperparameters.safeParse({ training_steps: input.steps, learning_rate: input.learningRate });
  if (!tuned.success) return { field: "steps", error: tuned.error.issues[0]?.message ?? "Enter fewer steps." };
  if (validationFiles.some((id) => trainingFiles.includes(id)))
    return { field: "validationFiles", error: "A file is either trained on or validated with." };
  return {
    request: {
      ...{ model, validationFiles, suffix, isAutoStart },
      trainingFiles: trainingFiles.map((fileId) => ({ fileId, weight: 1 })),
      hyperparameters: tuned.data,
      invalidSampleSkipPercentage: 0,
    },
  };
}

export const oneJob = z.strictObject({ jobId: z.uuid() });

/** The highest number that is counted exactly: counting more would take longer than the page. */
export const mostCounted = 1_000;

/** A filter for jobs. Times are the beginning and the end of a span. */
export const listJobs = z.strictObject({
  status: z.enum(["", ...jobStatuses]).default(""),
  model: modelName.default(""),
  suffix: z.union([z.literal(""), suffix]).default(""),
  isMine: tick,
  createdAfter: z.iso.datetime({ offset: true }).optional(),
  createdBefore: z.iso.datetime({ offset: true }).optional(),
  order: listOrder,
  after: cursor,
  before: cursor,
});
