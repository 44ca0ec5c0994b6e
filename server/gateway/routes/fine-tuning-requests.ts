import { z } from "zod";
import {
  baseModel,
  hyperparameters,
  type JobRequest,
  jobStatuses,
  modelName,
  mostFiles,
  suffix,
} from "@/server/fine-tuning/input";
import { invalid, Refusal } from "../errors/errors";
import { misread } from "../errors/misread";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const fileId = z.string("must be the id of a file").min(1, "must be the id of a file").max(256);
const trainingFile = z.union(
  [
    fileId.transform((id) => ({ fileId: id, weight: 1 })),
    z
      .object({ file_id: fileId, weight: z.number().positive().max(1_000).nullish() })
      .transform(({ file_id, weight }) => ({ fileId: file_id, weight: weight ?? 1 })),
  ],
  { error: "must be the id of a file, or an object with file_id and weight" },
);
const nothing = (what: string) => z.array(z.unknown()).max(0, `are not supported here: leave ${what} away`).nullish();

/** A job as programs ask for it: Mistral's words, and OpenAI's for a job of one file. */
const body = z.object({
  model: baseModel,
  training_files: z.array(trainingFile).max(mostFiles, `may be at most ${mostFiles}`).nullish(),
  training_file: fileId.nullish(),
  validation_files: z.array(fileId).max(mostFiles, `may be at most ${mostFiles}`).nullish(),
  validation_file: fileId.nullish(),
  suffix: suffix.nullish(),
  auto_start: z.boolean("must be true or false").nullish(),
  invalid_sample_skip_percentage: z.number().min(0).max(100).nullish(),
  job_type: z.literal("completion", "must be completion: there is no other kind here").nullish(),
  hyperparameters: z
    .object({ n_epochs: z.union([z.literal("auto"), z.number().min(1).max(100)]).nullish() })
    .loose()
    .transform(({ n_epochs, ...given }) => (typeof n_epochs === "number" ? { epochs: n_epochs, ...given } : given))
    .pipe(hyperparameters)
    .nullish(),
  integrations: nothing("integrations"),
  repositories: nothing("repositories"),
  classifier_targets: nothing("classifier_targets"),
});

/** Reads a request for a job. Refuses with 422; with 404 a file's id that is none. */
export function readJob(value: unknown): JobRequest {
  const parsed = body.safeParse(value);
  if (!parsed.success) throw misread(parsed.error);
  const { model, training_files, training_file, validation_files, validation_file, ...rest } = parsed.data;
  const trainingFiles = training_files ?? (training_file ? [{ fileId: training_file, weight: 1 }] : []);
  const validationFiles = validation_files ?? (validation_file ? [validation_file] : []);
  if (trainingFiles.length === 0) throw invalid("training_files", "training_files must name at least one file.");
  const named = [...trainingFiles.map((file) => file.fileId), ...validationFiles];
  if (new Set(named).size < named.length)
    throw invalid("training_files", "A file is named once: it is either trained on or validated with.");
  if (!named.every((id) => uuid.test(id))) throw noSuchFile;
  return {
    ...{ model, trainingFiles, validationFiles, suffix: rest.suffix ?? null },
    // OpenAI's client knows no other way to start a job.
    isAutoStart: rest.auto_start ?? (training_files == null && training_file != null),
    hyperparameters: rest.hyperparameters ?? hyperparameters.parse({}),
    invalidSampleSkipPercentage: Math.round(rest.invalid_sample_skip_percentage ?? 0),
  };
}

/** What every file gets that is not there or not for this key. */
export const noSuchFile = new Refusal({
  status: 404,
  message: "There is no such file in this workspace.",
  type: "invalid_request_error",
  code: "file_not_found",
  param: "training_files",
});

const whole = (least: number, most: number) => z.coerce.number("must be a whole number").int().min(least).max(most);
const instant = z.iso.datetime({ offset: true, local: true, error: "must be a time such as 2026-02-28T00:00:00Z" });
const yes = z.enum(["true", "false", "True", "False", "1", "0"], "must be true or false");

const listQuery = z.object({
  page: whole(0, 100_000).default(0),
  page_size: whole(1, 1_000).default(100),
  after: z.string().optional(),
  limit: whole(1, 1_000).optional(),
  model: modelName.optional(),
  status: z.enum(jobStatuses, "must be one of a job's states").optional(),
  created_after: instant.optional(),
  created_before: instant.optional(),
  created_by_me: yes.transform((text) => /^(true|1)$/i.test(text)).default(false),
  suffix: suffix.optional(),
  wandb_project: z.string().optional(),
  wandb_name: z.string().optional(),
});

/** Reads which jobs are asked for. Refuses with 422. */
export function readListQuery(query: Record<string, string>): z.output<typeof listQuery> {
  const said = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== "" && value !== "null"));
  const parsed = listQuery.safeParse(said);
  if (!parsed.success) throw misread(parsed.error);
  return parsed.data;
}

/** Returns the id of a job in a path or a query as the database takes it, or undefined. */
export const jobIdIn = (text: string | undefined) => (text !== undefined && uuid.test(text) ? text : undefined);
