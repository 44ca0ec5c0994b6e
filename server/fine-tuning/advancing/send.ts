import type { Readable } from "node:stream";
import type { ModelServer } from "@/server/model-servers/client";
import { Unreadable, upload } from "../upload";
import { cancelJob, createJob, findFile, findJobs, type UpstreamJob } from "../upstream";
import type { ClaimedJob } from "./queries";

/** Opens a stored file of a workspace's. */
export type Open = (workspaceId: string, id: string) => Promise<Readable>;

/** A file of the job is not there any more, so that it can never be sent. */
export class FileGone extends Error {
  override readonly name = "FileGone";
}

/**
 * Returns what a job is called at the model server, where a suffix has 18 characters: by it a job is found again that was created
 * there and not noted here.
 */
export function markOf(jobId: string): string {
  return `atl${jobId.replaceAll("-", "").slice(0, 15)}`;
}

/** Returns what a file of a job is called at the model server. */
export function sentName(jobId: string, fileId: string): string {
  return `${jobId}-${fileId}.jsonl`;
}

/**
 * Sends what of a job's files is not there yet. Whatever was there from an attempt that did not live to note it is taken
 * as sent.
 *
 * @param noteSent called for each file as soon as it is there
 * @throws UpstreamDown, UpstreamRefused, Unreadable, FileGone, or what `signal` says when it aborts
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

/** Returns the job at the model server: the one that is there already, else a new one, which waits until it is started. */
export async function sendJob(server: ModelServer, job: ClaimedJob, upstreamModel: string): Promise<UpstreamJob> {
  const [first, ...more] = (await findJobs(server, markOf(job.id))).reverse();
  // One that was created twice, because an answer was lost, waits there and is never started.
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
