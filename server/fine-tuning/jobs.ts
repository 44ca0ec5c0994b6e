import type { Db } from "@/db/client";
import { refuse, refuseSpend } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { trainingPriceOf } from "@/server/usage/prices";
import type { Refused } from "@/server/usage/queries";
import { describeReachedLimit } from "@/server/usage/reached-limit";
import * as training from "@/server/usage/training/queries";
import type { Base } from "./bases";
import * as changes from "./changes/queries";
import { costOf, estimateTokens, mostTokens } from "./estimate";
import * as jobFiles from "./files/queries";
import type { JobRequest } from "./input";
import * as fineTuning from "./queries";

/**
 * The requester: a person, a program with a person's key, a program with a service key (`person` null), or Atelier
 * itself.
 */
export type Asker = audit.Actor & { keyId: string | null };

const mostActive = 50;

/**
 * Returns the training files of a request. Refuses `not_found` both for an unknown file and for one that the requester
 * may not see, and at its field a file with another purpose, or more than can be trained at once.
 */
export async function checkFiles(
  db: Db,
  workspaceId: string,
  { person }: Pick<Asker, "person">,
  request: JobRequest,
  options: { isHeld?: boolean } = {},
) {
  const ids = [...new Set([...request.trainingFiles.map(({ fileId }) => fileId), ...request.validationFiles])];
  const found = await jobFiles.usableFiles(db, workspaceId, person?.id ?? null, ids, options);
  if (found.length < ids.length) throw refuse("not_found");
  const isTrainedOn = new Set(request.trainingFiles.map(({ fileId }) => fileId));
  const files = found.map((file) => ({ ...file, isTrainedOn: isTrainedOn.has(file.id) }));
  const other = files.find(({ purpose }) => purpose !== "fine-tune");
  if (other)
    throw refuse("invalid_input", {
      [other.isTrainedOn ? "trainingFiles" : "validationFiles"]: `${other.filename} was not uploaded for fine-tuning.`,
    });
  const trained = files.filter((file) => file.isTrainedOn);
  if (trained.some(({ bytes }) => bytes === 0)) throw refuse("invalid_input", { trainingFiles: "A file is empty." });
  if (estimateTokens(trained, request.hyperparameters) > mostTokens)
    throw refuse("invalid_input", {
      trainingFiles: "That is more than 2,000,000,000 tokens, which is more than can be trained at once.",
    });
  return files;
}

/**
 * Creates a job. Nothing is sent or charged yet, but a job with automatic start is refused when its highest cost does
 * not fit into a limit today. `agreedTokens`: the highest number of tokens that the person was shown; if the model
 * server counts more, the job does not start automatically. Refuses like `checkFiles`, and `too_many_jobs`,
 * `spend_limit`, `spend_under_way`.
 *
 * @returns its id
 */
export async function createJob(
  db: Db,
  workspaceId: string,
  asker: Asker,
  request: JobRequest,
  base: Base,
  agreedTokens?: number,
): Promise<string> {
  const files = await checkFiles(db, workspaceId, asker, request, { isHeld: true });
  if ((await fineTuning.active(db, workspaceId)) >= mostActive) throw refuse("too_many_jobs");
  const { trainingFiles, validationFiles, ...settings } = request;
  const trained = files.filter((file) => file.isTrainedOn);
  const tokens = agreedTokens ?? estimateTokens(trained, request.hyperparameters);
  const estimatedCost = costOf(tokens, trainingPriceOf(base.id));
  const values = { ...settings, model: base.id, createdBy: asker.person?.id ?? null, keyId: asker.keyId };
  const id = await changes.create(
    db,
    workspaceId,
    { ...values, modelServer: base.server.settings.name, trainTokens: tokens, estimatedCost },
    { trainingFiles, validationFiles },
  );
  await changes.addEvent(db, workspaceId, id, "status-updated", { status: "QUEUED" });
  if (request.isAutoStart) await wouldFit(db, workspaceId, asker, { id, model: base.id, trainTokens: tokens });
  await audit.record(db, workspaceId, asker, {
    action: "fine_tuning.created",
    target: { type: "fine_tuning_job", id },
    after: {
      ...{ model: base.id, suffix: request.suffix, isAutoStart: request.isAutoStart, keyId: asker.keyId },
      ...{ hyperparameters: request.hyperparameters, trainingFiles: trainingFiles.map(({ fileId }) => fileId) },
      ...{ validationFiles, estimatedCost },
    },
  });
  return id;
}

/**
 * Starts a validated job: reserves its highest cost from the caller's limits. Refuses `not_found`, `job_not_validated`,
 * `job_started`, `job_cancelling`, `job_ended`, `spend_limit`, `spend_under_way`.
 */
export async function startJob(db: Db, workspaceId: string, asker: Asker, id: string): Promise<void> {
  const job = await changes.hold(db, workspaceId, id);
  if (!job) throw refuse("not_found");
  if (job.status === "QUEUED" || job.status === "VALIDATING") throw refuse("job_not_validated");
  if (job.status === "STARTED" || job.status === "RUNNING") throw refuse("job_started");
  if (job.status === "CANCELLATION_REQUESTED") throw refuse("job_cancelling");
  if (job.endedAt) throw refuse("job_ended");
  const reserved = await reserve(db, workspaceId, asker, job);
  await changes.begin(db, workspaceId, id, reserved);
  await audit.record(db, workspaceId, asker, {
    action: "fine_tuning.started",
    target: { type: "fine_tuning_job", id },
    before: { status: job.status },
    after: { status: "STARTED", keyId: asker.keyId, ...reserved },
  });
}

/**
 * Requests the cancellation of a job. It ends as soon as the model server has stopped; the training until then is
 * charged. Refuses `not_found`, `job_cancelling`, `job_ended`.
 */
export async function cancelJob(db: Db, workspaceId: string, asker: Asker, id: string): Promise<void> {
  const job = await changes.hold(db, workspaceId, id);
  if (!job) throw refuse("not_found");
  if (job.status === "CANCELLATION_REQUESTED") throw refuse("job_cancelling");
  if (job.endedAt) throw refuse("job_ended");
  await changes.requestCancellation(db, workspaceId, id);
  await audit.record(db, workspaceId, asker, {
    action: "fine_tuning.cancel_requested",
    target: { type: "fine_tuning_job", id },
    before: { status: job.status, step: job.step },
    after: { status: "CANCELLATION_REQUESTED", keyId: asker.keyId },
  });
}

type Reservable = { id: string; model: string; trainTokens: number | null };

/** Reserves the highest cost of a training. Refuses `spend_limit`, `spend_under_way`. */
async function reserve(db: Db, workspaceId: string, asker: Asker, { id, model, trainTokens }: Reservable) {
  const tokens = Math.min(trainTokens ?? 1, mostTokens);
  const price = trainingPriceOf(model);
  const answer = await training.reserve(db, workspaceId, {
    ...{ id, keyId: asker.keyId, memberId: asker.person?.id ?? null },
    ...{ model, upstreamModel: model, tokens, price },
  });
  if (!answer.isGranted) {
    const reason = answer.isUnderWay ? "spend_under_way" : "spend_limit";
    const isSuspended = answer.reason === "key" && (await liveWorkspace.isSuspended(db, workspaceId));
    const sentence = isSuspended ? suspended : sentenceOf(answer, tokens);
    throw refuseSpend(reason, sentence, answer.retryAfterSeconds);
  }
  return { trainTokens: tokens, estimatedCost: costOf(tokens, price) };
}

/**
 * Checks whether a training would fit into the limits now, without reserving. Refuses `spend_limit`, `spend_under_way`.
 */
async function wouldFit(db: Db, workspaceId: string, asker: Asker, job: Reservable): Promise<void> {
  const fits = Symbol("fits");
  await db
    .transaction(async (tx) => {
      await reserve(tx as Db, workspaceId, asker, job);
      throw fits;
    })
    .catch((thrown: unknown) => {
      if (thrown !== fits) throw thrown;
    });
}

const suspended =
  "The people who run this Atelier have suspended this workspace. The training can be started when they have resumed it.";

function sentenceOf(refused: Refused, tokens: number): string {
  if (refused.reason === "key") return "The key that it was created with no longer works.";
  return describeReachedLimit(refused, { promptTokens: tokens, completionTokens: 0 }).message;
}
