import { randomUUID } from "node:crypto";
import type { Report } from "../training/work";
import type { Job } from "./job";
import type { JobOrder } from "./request";

/** The largest number of checkpoints that is useful. */
const mostCheckpoints = 100;

/** Returns a new job. */
export function newJob(order: JobOrder): Job {
  const now = seconds();
  return {
    id: randomUUID(),
    status: "QUEUED",
    createdAt: now,
    modifiedAt: now,
    ...order,
    step: 0,
    trainTokens: null,
    dataTokens: null,
    trainedTokens: null,
    tokensPerSecond: null,
    expectedSeconds: null,
    failure: null,
    fineTunedModel: null,
    events: [{ name: "status-updated", data: { status: "QUEUED" }, createdAt: now }],
    checkpoints: [],
    startedAt: null,
  };
}

/** Adds an event to a job. */
export function note(job: Job, name: string, data: Record<string, unknown>): void {
  job.modifiedAt = seconds();
  job.events.push({ name, data, createdAt: job.modifiedAt });
}

/** Updates a job's figures from a report of its training. A step that is repeated replaces its former entry. */
export function noteProgress(job: Job, report: Extract<Report, { type: "progress" | "step" }>): void {
  job.trainedTokens = report.trainedTokens;
  job.tokensPerSecond = Math.round(report.tokensPerSecond);
  job.modifiedAt = seconds();
  if (report.type !== "step") return;
  const { step, metrics } = report;
  const { steps } = job.options;
  job.step = step;
  job.checkpoints = job.checkpoints.filter((checkpoint) => checkpoint.step < step);
  const isShown = step === steps || step % Math.ceil(steps / mostCheckpoints) === 0;
  if (isShown) job.checkpoints.push({ metrics, step, createdAt: job.modifiedAt });
}

/** Returns the current time in seconds since 1970. */
export function seconds(): number {
  return Math.floor(Date.now() / 1_000);
}
