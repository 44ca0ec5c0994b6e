import type { Readable } from "node:stream";
import type { ModelServer } from "@/server/model-servers/client";
import { Unreadable, upload } from "../upload";
import { cancelJob, createJob, findFile, findJobs, type UpstreamJob } from "../upstream";
import type { ClaimedJob } from "./queries";

/** Opens a stored file of a workspace. */
export type Open = (workspaceId: string, id: string) => Promise<Readable>;

/** Thrown when a file of the job no longer exists, so that it can never be sent. */
export class FileGone extends Error {
  override readonly name = "FileGone";
}

/**
 * Returns the suffix of a job at the model server, where it has up to 18 characters. It identifies a job that was
 * created there but not recorded here.
 */
export function markOf(jobId: string): string {
  return `atl${jobId.replaceAll("-", "").slice(0, 15)}`;
}

/** Returns the name of a job's file at the model server. */
export function sentName(jobId: string, fileId: string): string {
  return `${jobId}-${fileId}.jsonl`;
}

/**
 * Sends those files of a job that are not at the model server yet. A file from an earlier attempt that was not recorded
 * counts as sent.
 *
 * @param noteSent called for each file as soon as it is there
 * @throws UpstreamDown, UpstreamRefused, Unreadable, FileGone, or the reason of `signal` when it aborts
 */
export async function sendFiles(
  server: ModelServer,
  job: ClaimedJob,
  open: Open,
  noteSent: (file: ClaimedJob["files"][number], upstreamId: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (const file of job.files) {
    if (file.upstreamId !== null) continue;
    signal.throwIfAborted();
    const filename = sentName(job.id, file.fileId);
    const there =
      (await findFile(server, filename, file.bytes)) ??
      (await upload(server, { filename, bytes: file.bytes, content: await opened(job, file, open) }, signal));
    await noteSent(file, there);
    file.upstreamId = there;
  }
}

/** Returns the job at the model server: the existing one, otherwise a new one, which waits until it is started. */
export async function sendJob(server: ModelServer, job: ClaimedJob, upstreamModel: string): Promise<UpstreamJob> {
  const [first, ...more] = (await findJobs(server, markOf(job.id))).reverse();
  // A second job, created because a response was lost, waits there and is never started.
  for (const extra of more) await cancelJob(server, extra.id).catch(() => {});
  if (first) return first;
  const of = (use: "training" | "validation") => job.files.filter((file) => file.use === use);
  return createJob(server, {
    model: upstreamModel,
    training_files: of("training").map(({ upstreamId, weight }) => ({ file_id: upstreamId ?? "", weight })),
    validation_files: of("validation").map(({ upstreamId }) => upstreamId ?? ""),
    suffix: markOf(job.id),
    hyperparameters: job.hyperparameters,
    auto_start: false,
    invalid_sample_skip_percentage: job.invalidSampleSkipPercentage,
  });
}

async function opened(job: ClaimedJob, file: ClaimedJob["files"][number], open: Open): Promise<Readable> {
  try {
    return await open(job.workspaceId, file.fileId);
  } catch (cause) {
    if (cause instanceof Error && cause.name === "NoSuchObject")
      throw new FileGone(`The file ${file.filename} was deleted before it could be sent to the model server.`, {
        cause,
      });
    throw new Unreadable("a stored file cannot be opened", { cause });
  }
}
