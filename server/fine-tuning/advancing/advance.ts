import { allowanceOf, allowsModel, allowsServer } from "@/server/model-servers/allowances/allowances";
import { findModel, ModelServerDown } from "@/server/model-servers/catalogue";
import type { ModelServer } from "@/server/model-servers/client";
import { serverOf } from "@/server/model-servers/registry";
import { log } from "@/server/platform/log";
import * as changes from "../changes/queries";
import { Unreadable } from "../upload";
import {
  cancelJob as cancelThere,
  deleteFile,
  findJobs,
  getJob,
  startJob as startThere,
  type UpstreamJob,
} from "../upstream";
import { UpstreamDown, UpstreamRefused } from "../upstream-answer";
import { GivenUp, type Hold, hold } from "./hold";
import * as advancing from "./queries";
import { endAs, record, whileHeld } from "./record";
import { FileGone, markOf, type Open, sendFiles, sendJob } from "./send";
import { startByItself } from "./start-by-itself";
import { isEnd } from "./states";

/** With waits of up to a minute between attempts: six hours. */
const mostAttempts = 365;
const longestWait = 60;
/** How often a start that a model server refuses is tried. */
const mostStarts = 5;

/**
 * Does the next steps of a job that this instance has claimed: sends it, asks for its state, starts or cancels it at
 * the model server, and stores the answers. Then releases it. Never throws.
 */
export async function advance(job: advancing.ClaimedJob, open: Open, stopping: AbortSignal): Promise<void> {
  const holding = hold(job, stopping);
  try {
    await step(holding, await inLiveWorkspace(holding, job), open);
  } catch (error) {
    await afterwards(holding, job, error).catch((failure) =>
      log.error({ err: failure, job: job.id }, "the claim of a fine-tuning job could not be released"),
    );
  } finally {
    holding.end();
  }
}

async function step(holding: Hold, job: advancing.ClaimedJob, open: Open): Promise<void> {
  const server = serverOf(job.modelServer, job.workspaceId);
  if (job.upstreamId === null && job.status === "CANCELLATION_REQUESTED") return forgetUnsent(holding, job, server);
  if (!server) throw new UpstreamDown("the model server is not configured");
  const told = job.upstreamId === null ? await send(holding, job, server, open) : await look(server, job.upstreamId);
  if (told === "gone")
    return finish(server, job, await endAs(holding, "FAILED", sentences.forgotten(job.modelServer ?? "")));
  if (told === "refused") return deleteCopies(server, job);
  const asked = await askFor(server, job, told);
  if (typeof asked === "string") return finish(server, job, await endAs(holding, "FAILED", asked));
  const contextLength = asked.status === "SUCCESS" ? await contextOf(job) : null;
  const status = await record(holding, job, asked, contextLength);
  if (status === "VALIDATED" && job.isAutoStart) return startByItself(job);
  return finish(server, job, status);
}

/**
 * Starts or cancels a job at the model server if this was requested and is not done. Returns a sentence when it can
 * never be started.
 */
async function askFor(
  server: ModelServer,
  job: advancing.ClaimedJob,
  told: UpstreamJob,
): Promise<UpstreamJob | string> {
  const { status, attempts } = job;
  const isCancelling =
    status === "CANCELLATION_REQUESTED" && !isEnd(told.status) && told.status !== "CANCELLATION_REQUESTED";
  const isStarting = status === "STARTED" && told.status === "VALIDATED";
  if (!isCancelling && !isStarting) return told;
  if (isStarting && (await isWithdrawn(server, job))) {
    await cancelThere(server, told.id).catch((error) => log.warn({ err: error, job: job.id }, notCancelled));
    return sentences.withdrawn(job);
  }
  try {
    return await (isCancelling ? cancelThere : startThere)(server, told.id);
  } catch (error) {
    if (!(error instanceof UpstreamRefused)) throw error;
    // The job may have ended, or begun, a moment before.
    const now = await getJob(server, told.id);
    if (now.status !== told.status) return now;
    if (isStarting && attempts >= mostStarts) return `The model server refused to start the job: ${error.message}`;
    throw error;
  }
}

/** Cancels the job if its workspace is deleted. */
async function inLiveWorkspace(holding: Hold, job: advancing.ClaimedJob): Promise<advancing.ClaimedJob> {
  if (!job.isWorkspaceGone || job.status === "CANCELLATION_REQUESTED") return job;
  await whileHeld(holding, (db) =>
    changes.requestCancellation(db, job.workspaceId, job.id, { because: "The workspace was deleted." }),
  );
  return { ...job, status: "CANCELLATION_REQUESTED" };
}

/** Returns the job at the model server, after sending its files. "refused": it has ended here. */
async function send(holding: Hold, job: advancing.ClaimedJob, server: ModelServer, open: Open) {
  if (await isWithdrawn(server, job)) {
    await cancelSent(server, job);
    await endAs(holding, "FAILED", sentences.withdrawn(job));
    return "refused" as const;
  }
  try {
    await sendFiles(server, job, open, (file, there) => noteFile(holding, file, there), holding.signal);
    const told = await sendJob(server, job, await nameAt(server, job));
    // First of all: from now on the job is found by this id.
    await whileHeld(holding, (db) => changes.update(db, job.workspaceId, job.id, { upstreamId: told.id }));
    return told;
  } catch (error) {
    if (error instanceof FileGone) await endAs(holding, "FAILED", error.message);
    else if (error instanceof UpstreamRefused && isUnknown(error))
      await endAs(holding, "FAILED", sentences.unable(job.modelServer ?? ""));
    else if (error instanceof UpstreamRefused)
      await endAs(holding, "FAILED_VALIDATION", `The model server did not take the job: ${error.message}`);
    else throw error;
    return "refused" as const;
  }
}

/**
 * Checks whether operators have withdrawn the base model at this server from the workspace. A model that is only
 * temporarily not offered is not withdrawn.
 */
async function isWithdrawn(server: ModelServer, { model, workspaceId }: advancing.ClaimedJob): Promise<boolean> {
  const allowance = await allowanceOf(workspaceId);
  return !allowsModel(allowance, model) || !allowsServer(allowance, { server });
}

function noteFile(holding: Hold, file: advancing.ClaimedJob["files"][number], there: string): Promise<void> {
  return whileHeld(holding, (db, { workspaceId, id }) => advancing.noteFile(db, workspaceId, id, file, there));
}

async function look(server: ModelServer, id: string) {
  try {
    return await getJob(server, id);
  } catch (error) {
    if (error instanceof UpstreamRefused && isUnknown(error)) return "gone" as const;
    throw error;
  }
}

const isUnknown = ({ status }: UpstreamRefused) => status === 404 || status === 405 || status === 410;

/** Returns the name of a base model at a server. */
async function nameAt(server: ModelServer, { model, workspaceId }: advancing.ClaimedJob): Promise<string> {
  try {
    const offers = (await findModel(model, workspaceId))?.offers ?? [];
    return offers.find((offer) => offer.server === server)?.upstream ?? model;
  } catch (error) {
    if (error instanceof ModelServerDown) throw new UpstreamDown("it does not list its models", { cause: error });
    throw error;
  }
}

async function contextOf({ model, workspaceId }: advancing.ClaimedJob): Promise<number | null> {
  return (await findModel(model, workspaceId).catch(() => undefined))?.contextLength ?? null;
}

/** Ends a job that was not started, and removes what it has at the model server as far as the server responds. */
async function forgetUnsent(holding: Hold, job: advancing.ClaimedJob, server: ModelServer | undefined): Promise<void> {
  if (server) await cancelSent(server, job);
  const status = await endAs(holding, "FAILED", "");
  if (server) await finish(server, job, status);
}

/**
 * Cancels the jobs that the model server may have for a job whose id there was not recorded, as far as the server
 * responds.
 */
async function cancelSent(server: ModelServer, { id, files }: advancing.ClaimedJob): Promise<void> {
  if (files.every(({ upstreamId }) => upstreamId === null)) return;
  try {
    for (const found of await findJobs(server, markOf(id))) await cancelThere(server, found.id);
  } catch (error) {
    log.warn({ err: error, job: id }, notCancelled);
  }
}

const notCancelled = "a job that was never started could not be cancelled at its model server";

/** Finishes a job at the model server: only the model stays there, nothing else of the workspace. */
async function finish(server: ModelServer, job: advancing.ClaimedJob, status: string): Promise<void> {
  if (isEnd(status)) await deleteCopies(server, job);
}

async function deleteCopies(server: ModelServer, { files, id }: advancing.ClaimedJob): Promise<void> {
  for (const { upstreamId } of files)
    if (upstreamId)
      await deleteFile(server, upstreamId).catch((error) =>
        log.warn({ err: error, job: id }, "a copy of a file could not be deleted at a model server"),
      );
}

/** Releases a job after an error. It is tried again, for six hours at most. */
async function afterwards(holding: Hold, job: advancing.ClaimedJob, error: unknown): Promise<void> {
  if (error instanceof GivenUp && error.why === "lost") return;
  const isTemporary = error instanceof UpstreamDown || error instanceof UpstreamRefused || error instanceof Unreadable;
  const isAsked = error instanceof GivenUp;
  if (!isTemporary && !isAsked) log.error({ err: error, job: job.id }, "a fine-tuning job could not be advanced");
  if (isTemporary) log.warn({ err: error, job: job.id, attempts: job.attempts }, "a fine-tuning job has to wait");
  const attempts = isAsked ? job.attempts : job.attempts + 1;
  if (attempts >= mostAttempts) {
    await endAs(
      holding,
      "FAILED",
      error instanceof Unreadable ? sentences.unreadable : sentences.away(job.modelServer ?? ""),
    );
    return;
  }
  const seconds = isAsked ? 0 : Math.min(longestWait, 2 ** Math.min(attempts - 1, 6));
  await whileHeld(holding, (db, { workspaceId, status }) =>
    advancing.release(db, workspaceId, holding.claim(), { seen: status, seconds, attempts }),
  );
}

const sentences = {
  withdrawn: ({ model, modelServer }: advancing.ClaimedJob) =>
    `The operators of this instance no longer let this workspace use ${model} at the model server “${modelServer}”. Nothing is charged.`,
  forgotten: (server: string) =>
    `The model server “${server}” no longer knows this job: its data was lost, or the job was deleted there. Nothing is charged; create the job again.`,
  unable: (server: string) => `The model server “${server}” has no fine-tuning API.`,
  away: (server: string) =>
    `The model server “${server}” has not answered for six hours, so Atelier gave up. Nothing is charged; create the job again once it is back.`,
  unreadable:
    "The files could not be read for six hours, so Atelier gave up. Nothing is charged; create the job again.",
};
