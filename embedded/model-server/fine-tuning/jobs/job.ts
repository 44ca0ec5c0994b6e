import type { TuneOptions } from "../training/tune";

/** The status of a job, in the words of the API. */
export type JobStatus =
  | "QUEUED"
  | "VALIDATING"
  | "VALIDATED"
  | "STARTED"
  | "RUNNING"
  | "SUCCESS"
  | "FAILED_VALIDATION"
  | "FAILED"
  | "CANCELLATION_REQUESTED"
  | "CANCELLED";

/** A job as it is stored on disk. Times are in seconds since 1970. */
export interface Job {
  id: string;
  model: string;
  status: JobStatus;
  createdAt: number;
  modifiedAt: number;
  suffix: string | null;
  autoStart: boolean;
  training: Array<{ id: string; filename: string; weight: number }>;
  validation: Array<{ id: string; filename: string }>;
  skipPercentage: number;
  /** The hyperparameters of the request, with defaults; `options` are the ones that this server uses. */
  hyperparameters: Record<string, number | null>;
  options: TuneOptions;
  step: number;
  trainTokens: number | null;
  dataTokens: number | null;
  trainedTokens: number | null;
  tokensPerSecond: number | null;
  expectedSeconds: number | null;
  failure: string | null;
  fineTunedModel: string | null;
  /** Newest last. */
  events: Array<{ name: string; data: Record<string, unknown>; createdAt: number }>;
  checkpoints: Array<{ metrics: Record<string, number | null>; step: number; createdAt: number }>;
  /** When it entered the queue for training, which sets its place. */
  startedAt: number | null;
}

/** Checks whether a job has ended. */
export function hasEnded({ status }: Job): boolean {
  return ["SUCCESS", "FAILED_VALIDATION", "FAILED", "CANCELLED"].includes(status);
}

/** Returns the id of a job's model, which is always the same. */
export function modelIdOf({ id, model, suffix, createdAt }: Job): string {
  const hex = id.replaceAll("-", "");
  const date = new Date(createdAt * 1_000).toISOString().slice(0, 10).replaceAll("-", "");
  return `ft:${model}:${suffix ?? hex.slice(-8)}:${date}:${hex.slice(0, 8)}`;
}

/**
 * Returns a job in the form of `/v1/fine_tuning/jobs`. `steps`, `step`, `tokens_per_second` and `failure` are our own
 * fields.
 */
export function showJob(job: Job): Record<string, unknown> {
  return {
    id: job.id,
    object: "job",
    job_type: "completion",
    auto_start: job.autoStart,
    model: job.model,
    status: job.status,
    created_at: job.createdAt,
    modified_at: job.modifiedAt,
    training_files: job.training.map(({ id }) => id),
    validation_files: job.validation.map(({ id }) => id),
    hyperparameters: job.hyperparameters,
    invalid_sample_skip_percentage: job.skipPercentage,
    fine_tuned_model: job.fineTunedModel,
    suffix: job.suffix,
    integrations: [],
    repositories: [],
    trained_tokens: job.trainedTokens,
    metadata: {
      expected_duration_seconds: job.expectedSeconds,
      cost: null,
      cost_currency: null,
      train_tokens_per_step: job.trainTokens === null ? null : Math.ceil(job.trainTokens / job.options.steps),
      train_tokens: job.trainTokens,
      data_tokens: job.dataTokens,
      estimated_start_time: null,
    },
    steps: job.options.steps,
    step: job.step,
    tokens_per_second: job.tokensPerSecond,
    failure: job.failure,
  };
}

/** Returns a job with its events and checkpoints, the newest first. */
export function showJobInFull(job: Job): Record<string, unknown> {
  const events = job.events.map(({ name, data, createdAt }) => ({ name, data, created_at: createdAt }));
  const checkpoints = job.checkpoints.map(({ metrics, step, createdAt }) => ({
    metrics,
    step_number: step,
    created_at: createdAt,
  }));
  return { ...showJob(job), events: events.reverse(), checkpoints: checkpoints.reverse() };
}
