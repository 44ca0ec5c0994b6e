import type { DryRun } from "@/server/fine-tuning/dry-run";
import type { JobRequest } from "@/server/fine-tuning/input";
import type { Job } from "@/server/fine-tuning/queries";
import { currency } from "@/server/usage/prices";

const seconds = (date: Date) => Math.floor(date.getTime() / 1_000);
const money = (micro: number) => micro / 1_000_000;

/** Returns a job in the shapes of both client families. */
export function jobOut(job: Job) {
  const { trainingFiles, validationFiles, failure, status, endedAt } = job;
  const cost = job.cost ?? job.estimatedCost;
  return {
    id: job.id,
    object: "job",
    job_type: "completion",
    auto_start: job.isAutoStart,
    model: job.model,
    status,
    created_at: seconds(job.createdAt),
    modified_at: seconds(job.modifiedAt),
    training_files: trainingFiles,
    validation_files: validationFiles,
    hyperparameters: job.hyperparameters,
    fine_tuned_model: job.fineTunedModel,
    suffix: job.suffix,
    integrations: [],
    repositories: [],
    trained_tokens: job.trainedTokens,
    metadata: {
      expected_duration_seconds: job.expectedSeconds,
      cost: cost === null ? null : money(cost),
      cost_currency: currency(),
      train_tokens: job.trainTokens,
    },
    // What OpenAI's client has names for.
    training_file: trainingFiles[0] ?? null,
    validation_file: validationFiles[0] ?? null,
    finished_at: endedAt && seconds(endedAt),
    error: failure === null ? null : { code: status.toLowerCase(), message: failure, param: null },
    result_files: [],
  };
}

type Told = { name: string; data: Record<string, unknown>; at: Date };
type Checked = {
  step: number;
  at: Date;
  trainLoss: number | null;
  validLoss: number | null;
  validMeanTokenAccuracy: number | null;
};

/** Returns a job with what happened to it and how good it became. */
export function detailedJobOut(job: Job, events: Told[], checkpoints: Checked[]) {
  return {
    ...jobOut(job),
    events: events.map(({ name, data, at }) => ({ name, data, created_at: seconds(at) })),
    checkpoints: checkpoints.map(({ step, at, trainLoss, validLoss, validMeanTokenAccuracy }) => ({
      metrics: {
        train_loss: trainLoss,
        valid_loss: validLoss,
        valid_mean_token_accuracy: validMeanTokenAccuracy,
      },
      step_number: step,
      created_at: seconds(at),
    })),
  };
}

/** Returns what a job would take, as `?dry_run=true` answers. */
export function dryRunOut(
  { trainTokens, steps, seconds, cost, by, objection }: DryRun,
  { hyperparameters }: JobRequest,
) {
  const counted = by === "size" ? "estimated from the size of the files" : "as the model server counts";
  return {
    object: "job.metadata",
    deprecated: true,
    details: objection ?? `${trainTokens} tokens, ${counted}. Nothing was created.`,
    expected_duration_seconds: seconds === null ? null : Math.ceil(seconds),
    cost: money(cost),
    cost_currency: currency(),
    train_tokens: trainTokens,
    train_tokens_per_step: steps ? Math.ceil(trainTokens / steps) : null,
    training_steps: steps,
    epochs: hyperparameters.epochs ?? null,
  };
}
