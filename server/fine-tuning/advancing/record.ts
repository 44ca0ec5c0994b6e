import { type Db, transaction } from "@/db/client";
import type { JobStatus } from "@/db/schema/fine-tuning";
import * as audit from "@/server/audit/queries";
import * as training from "@/server/usage/training/queries";
import { mostTokens } from "../estimate";
import * as fineTuning from "../queries";
import { type UpstreamJob, usable } from "../upstream";
import { GivenUp, type Hold } from "./hold";
import * as advancing from "./queries";
import { sentName } from "./send";
import { type End, isEnd, nextStatus, secondsUntilLook } from "./states";

/** Who did what Atelier does by itself. */
export const atelier = { person: null, origin: { requestId: "fine-tuning", ip: null, userAgent: null } };

type Held = NonNullable<Awaited<ReturnType<typeof advancing.holdClaimed>>>;

/**
 * Keeps what the model server says of a job, moves the job on, and lets go of it until it is looked at again: all of it or
 * nothing, and only while the job is this instance's.
 *
 * @param contextLength of the base model, for the model that may have come of it
 * @returns what the job is now
 * @throws GivenUp when the job was lost
 */
export async function record(
  hold: Hold,
  job: advancing.ClaimedJob,
  told: UpstreamJob,
  contextLength: number | null,
): Promise<JobStatus> {
  return whileHeld(hold, async (db, held) => {
    const { workspaceId, id } = held;
    await advancing.keepCheckpoints(db, workspaceId, id, checkpointsOf(told));
    await advancing.keepEvents(db, workspaceId, id, eventsOf(told));
    const next = nextStatus(held.status, told.status);
    const steps = told.steps ?? told.hyperparameters?.training_steps ?? held.steps;
    const progress = {
      upstreamId: told.id,
      step: fits(Math.max(held.step, told.step ?? lastStep(told))),
      steps: steps === null ? null : fits(steps),
      trainedTokens: told.trained_tokens ?? held.trainedTokens,
      expectedSeconds:
        told.metadata?.expected_duration_seconds == null
          ? held.expectedSeconds
          : fits(Math.ceil(told.metadata.expected_duration_seconds)),
      // What was reserved stays what it was.
      ...(held.startRequestedAt === null && told.metadata?.train_tokens
        ? { trainTokens: told.metadata.train_tokens }
        : {}),
    };
    if (isEnd(next)) {
      await end(db, { ...held, ...progress }, next, { told, contextLength, files: job.files });
      return next;
    }
    const hasStarted = next === "RUNNING" && held.startedAt === null;
    const set = { ...progress, ...(hasStarted && { startedAt: fineTuning.now }) };
    if (next !== held.status) await fineTuning.become(db, workspaceId, id, next, set);
    else await fineTuning.update(db, workspaceId, id, set);
    await advancing.release(db, workspaceId, hold.claim(), {
      ...{ seen: next, attempts: 0 },
      // One that starts by itself is started next.
      seconds: next === "VALIDATED" && held.isAutoStart ? 0 : secondsUntilLook(next),
    });
    return next;
  });
}

/** Ends a job for a reason that the model server does not know. Throws `GivenUp` when the job was lost. */
export async function endAs(hold: Hold, status: "FAILED" | "FAILED_VALIDATION", failure: string): Promise<JobStatus> {
  return whileHeld(hold, async (db, held) => {
    const as = held.status === "CANCELLATION_REQUESTED" ? "CANCELLED" : status;
    await end(db, held, as, { failure: as === "CANCELLED" ? null : failure });
    return as;
  });
}

/** Runs in a transaction in which the job is held. Throws `GivenUp` when it was lost. */
export function whileHeld<T>(hold: Hold, run: (db: Db, held: Held) => Promise<T>): Promise<T> {
  const { workspaceId } = hold.claim();
  return transaction("write", { workspaceId }, async (db) => {
    const held = await advancing.holdClaimed(db, workspaceId, hold.claim());
    if (!held) throw new GivenUp("lost");
    return run(db, held);
  });
}

type Ending = {
  told?: UpstreamJob;
  failure?: string | null;
  contextLength?: number | null;
  files?: advancing.ClaimedJob["files"];
};

/** Ends a job: charges what was trained, and keeps the model that came of it. */
async function end(
  db: Db,
  job: Held,
  wanted: End,
  { told, failure, contextLength, files = [] }: Ending,
): Promise<void> {
  const { workspaceId, id } = job;
  let status = wanted;
  let because = status === "SUCCESS" ? null : (failure ?? failureOf(job, status, told, files));
  let model: string | undefined;
  if (status === "SUCCESS") {
    const upstream = told?.fine_tuned_model;
    model = upstream ? await keepModel(db, job, upstream, contextLength ?? null) : undefined;
    if (model === undefined) {
      status = "FAILED";
      because = upstream
        ? "The model server gave the new model a name that another model has already. Whoever runs it has to look at it."
        : "The model server says that it has finished, and names no model.";
    }
  }
  const trained = trainedBy(job, status);
  const cost = await training.settle(db, workspaceId, id, { ...trained, ...outcomes[status], totalMs: job.runningMs });
  const { trainedTokens, upstreamId, step, steps, expectedSeconds, trainTokens } = job;
  const known = {
    trainedTokens: trained.tokens ?? trainedTokens,
    upstreamId,
    step,
    steps,
    expectedSeconds,
    trainTokens,
  };
  await fineTuning.become(
    db,
    workspaceId,
    id,
    status,
    {
      ...known,
      ...{ failure: because, cost: cost ?? 0, endedAt: fineTuning.now, claimedUntil: null, attempts: 0 },
      ...(model !== undefined && { fineTunedModel: model, upstreamModel: told?.fine_tuned_model ?? null }),
    },
    because === null ? {} : { error: because },
  );
  await audit.record(db, workspaceId, atelier, {
    action: actions[status],
    target: model === undefined ? { type: "fine_tuning_job", id } : { type: "model", id: model },
    after: {
      status,
      cost: cost ?? 0,
      trainedTokens: known.trainedTokens,
      ...(model ? { jobId: id } : { failure: because }),
    },
  });
}

const outcomes = {
  SUCCESS: { status: 200, errorCode: null },
  // What somebody wanted is no error.
  CANCELLED: { status: 200, errorCode: "cancelled" },
  FAILED: { status: 500, errorCode: "failed" },
  FAILED_VALIDATION: { status: 422, errorCode: "failed" },
} as const satisfies Record<End, { status: number; errorCode: string | null }>;

const actions = {
  SUCCESS: "model.created",
  CANCELLED: "fine_tuning.cancelled",
  FAILED: "fine_tuning.failed",
  FAILED_VALIDATION: "fine_tuning.failed",
} as const satisfies Record<End, string>;

function keepModel(db: Db, job: Held, upstream: string, contextLength: number | null): Promise<string | undefined> {
  const { workspaceId, id, model, suffix, modelServer, createdBy, keyId } = job;
  return advancing.keepModel(db, workspaceId, {
    ...{ jobId: id, base: model, suffix, modelServer: modelServer ?? "", upstream, contextLength, createdBy, keyId },
  });
}

/**
 * How many tokens are charged. A failure costs nothing. What was cancelled costs what was trained until then: as the model
 * server says, else the part of the steps that were done.
 */
function trainedBy(
  { trainedTokens, trainTokens, step, steps, startedAt }: Held,
  status: End,
): Pick<training.TrainingOutcome, "tokens" | "usageSource"> {
  if (status === "FAILED" || status === "FAILED_VALIDATION") return { tokens: 0, usageSource: "none" };
  if (trainedTokens !== null && trainedTokens <= mostTokens) {
    if (status === "CANCELLED" && trainedTokens === 0) return { tokens: 0, usageSource: "none" };
    return { tokens: trainedTokens, usageSource: "reported" };
  }
  if (status === "SUCCESS") return { tokens: trainTokens, usageSource: "estimated" };
  if (startedAt === null || step === 0) return { tokens: 0, usageSource: "none" };
  return {
    tokens: steps ? Math.ceil(((trainTokens ?? 0) * Math.min(step, steps)) / steps) : trainTokens,
    usageSource: "estimated",
  };
}

/** Why it failed, in the model server's words where it has any, with the names that people know. */
function failureOf(
  job: Held,
  status: End,
  told: UpstreamJob | undefined,
  files: advancing.ClaimedJob["files"],
): string | null {
  const last = told?.events?.findLast(({ data }) => typeof (data?.error ?? data?.message) === "string")?.data;
  const said = usable(told?.failure) ?? usable((last?.error ?? last?.message) as string | undefined);
  if (status === "CANCELLED")
    return job.status === "CANCELLATION_REQUESTED" ? null : (said ?? "It was cancelled at the model server.");
  if (said === undefined)
    return status === "FAILED_VALIDATION"
      ? "The model server did not accept the files, and does not say why."
      : "The training failed, and the model server does not say why.";
  return files.reduce((sentence, { fileId, filename, upstreamId }) => {
    const named = sentence.replaceAll(sentName(job.id, fileId), filename);
    return upstreamId ? named.replaceAll(upstreamId, filename) : named;
  }, said);
}

function checkpointsOf({ checkpoints }: UpstreamJob): advancing.Checkpoint[] {
  return (checkpoints ?? []).map(({ step_number, created_at, metrics }) => ({
    ...{ step: step_number, at: created_at },
    trainLoss: metrics.train_loss ?? null,
    validLoss: metrics.valid_loss ?? null,
    validMeanTokenAccuracy: metrics.valid_mean_token_accuracy ?? null,
  }));
}

/** What happened there beyond the changes of its state, which are told here as they are seen. */
function eventsOf({ events }: UpstreamJob): advancing.ForeignEvent[] {
  return (events ?? [])
    .filter(({ data }) => typeof data?.status !== "string")
    .slice(-200)
    .map(({ name, data, created_at }) => ({ name, data: data ?? {}, at: created_at }));
}

const lastStep = ({ checkpoints }: UpstreamJob) => checkpoints?.at(-1)?.step_number ?? 0;

/** Fits the database's integers. */
const fits = (value: number) => Math.min(2_000_000_000, value);
