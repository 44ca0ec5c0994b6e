import { z } from "zod";
import type { ModelServer } from "@/server/model-servers/client";
import { readText } from "@/server/platform/json/fetched";
import { answerOf, UpstreamDown, UpstreamRefused } from "./upstream-answer";

const answerMs = 15_000;
/** Short, because a page waits for it. */
const probeMs = 3_000;
const longestAnswer = 16 * 1024 * 1024;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullish().catch(null);
const number = z.number().nullish().catch(null);
const text = z.string().nullish().catch(null);

/** A job as a model server reports it: an invalid property counts as missing. */
const upstreamJob = z.object({
  id: z.string().min(1).max(256),
  status: z.string(),
  model: text,
  suffix: text,
  fine_tuned_model: text,
  trained_tokens: count,
  step: count,
  steps: count,
  failure: text,
  hyperparameters: z.object({ training_steps: count }).nullish().catch(null),
  metadata: z.object({ train_tokens: count, expected_duration_seconds: number }).nullish().catch(null),
  events: z
    .array(
      z.object({
        name: z.string().max(200),
        data: z.record(z.string(), z.unknown()).nullish().catch(null),
        created_at: z.number(),
      }),
    )
    .nullish()
    .catch(null),
  checkpoints: z
    .array(
      z.object({
        step_number: z.number().int().min(0).max(2_000_000_000),
        created_at: z.number(),
        metrics: z.object({ train_loss: number, valid_loss: number, valid_mean_token_accuracy: number }),
      }),
    )
    .nullish()
    .catch(null),
});

export type UpstreamJob = z.output<typeof upstreamJob>;

/** The estimate that a dry run returns. */
const dryRun = z.object({ train_tokens: count, training_steps: count, expected_duration_seconds: number });

/** A job to be sent, with the model server's own ids and names. */
export type JobToSend = {
  model: string;
  training_files: { file_id: string; weight: number }[];
  validation_files: string[];
  suffix: string;
  hyperparameters: Record<string, unknown>;
  auto_start: false;
  invalid_sample_skip_percentage: number;
};

/**
 * Creates a job that waits until it is started. Throws `UpstreamDown`, `UpstreamRefused`, as do all these functions.
 */
export const createJob = async (server: ModelServer, job: JobToSend): Promise<UpstreamJob> =>
  readJob(await ask(server, "POST", "/fine_tuning/jobs", job));

/** Returns the estimate of a job without creating it. */
export const tryJob = async (server: ModelServer, job: JobToSend) =>
  dryRun.parse(await ask(server, "POST", "/fine_tuning/jobs?dry_run=true", job));

export const getJob = async (server: ModelServer, id: string): Promise<UpstreamJob> =>
  readJob(await ask(server, "GET", `/fine_tuning/jobs/${encodeURIComponent(id)}`));

export const startJob = async (server: ModelServer, id: string): Promise<UpstreamJob> =>
  readJob(await ask(server, "POST", `/fine_tuning/jobs/${encodeURIComponent(id)}/start`));

export const cancelJob = async (server: ModelServer, id: string): Promise<UpstreamJob> =>
  readJob(await ask(server, "POST", `/fine_tuning/jobs/${encodeURIComponent(id)}/cancel`));

const page = z.object({ data: z.array(z.unknown()) });
const perPage = 100;
/** How many pages are searched for a job that was sent but not recorded. */
const mostPages = 20;

/** Returns the jobs with this suffix, which only we use, the oldest last. */
export async function findJobs(server: ModelServer, suffix: string): Promise<UpstreamJob[]> {
  const found: UpstreamJob[] = [];
  for (let i = 0; i < mostPages; i++) {
    const { data } = page.parse(
      await ask(server, "GET", `/fine_tuning/jobs?page=${i}&page_size=${perPage}&suffix=${encodeURIComponent(suffix)}`),
    );
    for (const each of data) {
      const job = upstreamJob.safeParse(each);
      if (job.success && job.data.suffix === suffix) found.push(job.data);
    }
    if (data.length < perPage) break;
  }
  return found;
}

/** Checks whether the server has a fine-tuning API. Throws `UpstreamDown` when it does not respond. */
export async function hasFineTuning(server: ModelServer): Promise<boolean> {
  try {
    return page.safeParse(await ask(server, "GET", "/fine_tuning/jobs?page=0&page_size=1", undefined, probeMs)).success;
  } catch (error) {
    if (error instanceof UpstreamRefused) return false;
    throw error;
  }
}

const fileList = z.object({ data: z.array(z.object({ id: z.string(), filename: z.string(), bytes: count })) });

/** Returns the id of the file with this name and size that was sent before, if the server can list files. */
export async function findFile(server: ModelServer, filename: string, bytes: number): Promise<string | undefined> {
  try {
    const query = `page=0&page_size=${perPage}&search=${encodeURIComponent(filename)}`;
    const { data } = fileList.parse(await ask(server, "GET", `/files?${query}`));
    return data.find((file) => file.filename === filename && file.bytes === bytes)?.id;
  } catch (error) {
    if (error instanceof UpstreamDown) throw error;
    // Not every server can list its files. Then it gets another copy.
    return undefined;
  }
}

/** Deletes a file at the server, if it still exists. */
export async function deleteFile(server: ModelServer, id: string): Promise<void> {
  try {
    await ask(server, "DELETE", `/files/${encodeURIComponent(id)}`);
  } catch (error) {
    if (!(error instanceof UpstreamRefused)) throw error;
  }
}

async function ask(
  server: ModelServer,
  method: string,
  path: string,
  body?: unknown,
  withinMs = answerMs,
): Promise<unknown> {
  let response: Response;
  let said: string;
  try {
    response = await server.fetch(path, {
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
    });
    said = await readText(response, longestAnswer);
  } catch (cause) {
    throw new UpstreamDown("no answer", { cause });
  }
  return answerOf(response.status, said);
}

function readJob(said: unknown): UpstreamJob {
  const job = upstreamJob.safeParse(said);
  if (!job.success) throw new UpstreamDown("an answer is no job");
  return job.data;
}
