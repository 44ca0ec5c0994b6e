import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as training from "@/server/usage/training/queries";
import * as changes from "../changes/queries";
import { mostTokens } from "../estimate";
import type { UpstreamJob } from "../upstream";
import { usable } from "../upstream-answer";
import * as advancing from "./queries";
import { sentName } from "./send";
import type { End } from "./states";

/** The actor of what Atelier does by itself. */
export const atelier = { person: null, origin: { requestId: "fine-tuning", ip: null, userAgent: null } };

/** A job that is locked, with its current columns. */
export type Held = NonNullable<Awaited<ReturnType<typeof advancing.holdClaimed>>>;

type Ending = {
  told?: UpstreamJob;
  failure?: string | null;
  contextLength?: number | null;
  files?: advancing.ClaimedJob["files"];
};

/** Checks whether the model server reports more training than was reserved. */
export const isBeyondReserved = ({
  startRequestedAt,
  trainedTokens,
  trainTokens,
}: Pick<Held, "startRequestedAt" | "trainedTokens" | "trainTokens">) =>
  startRequestedAt !== null && trainTokens !== null && (trainedTokens ?? 0) > trainTokens;

export const beyondReserved =
  "The model server trained more tokens than it had counted, so the job was stopped. No more than was agreed is charged.";

/** Ends a job: charges the training, and stores the resulting model. */
export async function end(
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
        ? "The model server gave the new model a name that another model has already. Its operator has to look at it."
        : "The model server says that it has finished, and names no model.";
    }
  }
  const trained = withinReserved(job, trainedBy(job, status));
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
  await changes.become(
    db,
    workspaceId,
    id,
    status,
    {
      ...known,
      ...{ failure: because, cost: cost ?? 0, endedAt: changes.now, claimedUntil: null, attempts: 0 },
      ...(model !== undefined && { fineTunedModel: model, upstreamModel: told?.fine_tuned_model ?? null }),
    },
    because === null ? {} : { error: because },
  );
  const action = actions[status];
  await audit.record(db, workspaceId, atelier, {
    ...(action === "model.created"
      ? { action, target: { type: "model", id: model ?? id } }
      : { action, target: { type: "fine_tuning_job", id } }),
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
  // A cancellation is not an error.
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
 * Returns how many tokens are charged. A failed job is free. A cancelled one costs the tokens trained until then: as
 * the model server reports, otherwise in proportion to the completed steps.
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

/** Limits the charged tokens to the reserved ones, whatever a model server reports. */
function withinReserved({ trainTokens }: Held, trained: ReturnType<typeof trainedBy>): ReturnType<typeof trainedBy> {
  if (trained.tokens === null || trainTokens === null || trained.tokens <= trainTokens) return trained;
  return { tokens: trainTokens, usageSource: "estimated" };
}

/** Returns why a job failed, in the model server's words if it gives any, with the names that people know. */
function failureOf(
  job: Held,
  status: End,
  told: UpstreamJob | undefined,
  files: advancing.ClaimedJob["files"],
): string | null {
  const last = told?.events?.findLast(({ data }) => typeof (data?.error ?? data?.message) === "string")?.data;
  const said = usable(told?.failure) ?? usable((last?.error ?? last?.message) as string | undefined);
  if (status === "CANCELLED" && job.status === "CANCELLATION_REQUESTED" && isBeyondReserved(job)) return beyondReserved;
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
