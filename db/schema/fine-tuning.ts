import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { files } from "./files";
import { apiKeys } from "./keys";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** The states of a job, in the words of the `/v1` API. */
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

/**
 * A fine-tuning job. The model server does the work (`upstreamId` is its id for the job). The instance that holds the
 * claim asks for its progress.
 */
export const fineTuningJobs = pgTable(
  "fine_tuning_jobs",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    /** The base model, by the name in the request. */
    model: text().notNull(),
    status: text().$type<JobStatus>().notNull().default("QUEUED"),
    /** Part of the new model's id. */
    suffix: text(),
    /** Whether it starts by itself once its files are validated. */
    isAutoStart: boolean().notNull().default(false),
    /** As given, with defaults: training_steps, learning_rate, … */
    hyperparameters: jsonb().$type<Record<string, unknown>>().notNull(),
    invalidSampleSkipPercentage: integer().notNull().default(0),
    createdBy: uuid().references(() => users.id),
    /** The key with which it was created; null: it was created in the browser. */
    keyId: text(),
    modelServer: text(),
    upstreamId: text(),
    /** The new model's id at the model server. */
    upstreamModel: text(),
    /** The new model's id here, once there is one. */
    fineTunedModel: text(),
    /** How many tokens the training will take, as far as is known, and how many it has taken. */
    trainTokens: bigint({ mode: "number" }),
    trainedTokens: bigint({ mode: "number" }),
    /** In micro-units: estimated at its creation, and charged at its end. */
    estimatedCost: bigint({ mode: "number" }),
    cost: bigint({ mode: "number" }),
    expectedSeconds: integer(),
    step: integer().notNull().default(0),
    steps: integer(),
    /** Why it failed, in a sentence that names the line if there is one. */
    failure: text(),
    createdAt: instant().notNull().defaultNow(),
    modifiedAt: instant().notNull().defaultNow(),
    /** The requests of members, which the background job carries out. */
    startRequestedAt: instant(),
    cancelRequestedAt: instant(),
    startedAt: instant(),
    endedAt: instant(),
    /** The end of the claim of the worker that advances it. */
    claimedUntil: instant(),
    nextLookAt: instant().notNull().defaultNow(),
    /** The number of consecutive failures to reach the model server. */
    attempts: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    foreignKey({ columns: [table.workspaceId, table.keyId], foreignColumns: [apiKeys.workspaceId, apiKeys.id] }),
    index("fine_tuning_jobs_newest_first").on(table.workspaceId, table.createdAt, table.id),
    index("fine_tuning_jobs_to_advance").on(table.nextLookAt).where(sql`ended_at is null`),
    check(
      "fine_tuning_jobs_status",
      sql`${table.status} in ('QUEUED', 'VALIDATING', 'VALIDATED', 'STARTED', 'RUNNING', 'SUCCESS', 'FAILED_VALIDATION', 'FAILED', 'CANCELLATION_REQUESTED', 'CANCELLED')`,
    ),
    check("fine_tuning_jobs_suffix", sql`${table.suffix} ~ '^[A-Za-z0-9_-]{1,18}$'`),
    check(
      "fine_tuning_jobs_ended",
      sql`(${table.endedAt} is not null) = (${table.status} in ('SUCCESS', 'FAILED_VALIDATION', 'FAILED', 'CANCELLED'))`,
    ),
  ],
);

/** A file that a job reads. Once it was sent to the model server, that has a copy with its own id. */
export const fineTuningFiles = pgTable(
  "fine_tuning_files",
  {
    workspaceId: workspaceId(),
    jobId: uuid().notNull(),
    fileId: uuid().notNull(),
    use: text().$type<"training" | "validation">().notNull(),
    weight: doublePrecision().notNull().default(1),
    upstreamId: text(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.jobId, table.fileId, table.use] }),
    foreignKey({
      columns: [table.workspaceId, table.jobId],
      foreignColumns: [fineTuningJobs.workspaceId, fineTuningJobs.id],
      name: "fine_tuning_files_job",
    }),
    foreignKey({
      columns: [table.workspaceId, table.fileId],
      foreignColumns: [files.workspaceId, files.id],
      name: "fine_tuning_files_file",
    }),
    index("fine_tuning_files_of_file").on(table.workspaceId, table.fileId),
    check("fine_tuning_files_use", sql`${table.use} in ('training', 'validation')`),
  ],
);

/** An event of a job in the `/v1` API, which returns `name` and `data` unchanged. */
export const fineTuningEvents = pgTable(
  "fine_tuning_events",
  {
    workspaceId: workspaceId(),
    jobId: uuid().notNull(),
    /** Counts up within a job. */
    number: integer().notNull(),
    name: text().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    at: instant().notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.jobId, table.number] }),
    foreignKey({
      columns: [table.workspaceId, table.jobId],
      foreignColumns: [fineTuningJobs.workspaceId, fineTuningJobs.id],
      name: "fine_tuning_events_job",
    }),
  ],
);

/** The quality of the model at a step, with losses in nats per token. */
export const fineTuningCheckpoints = pgTable(
  "fine_tuning_checkpoints",
  {
    workspaceId: workspaceId(),
    jobId: uuid().notNull(),
    step: integer().notNull(),
    trainLoss: doublePrecision(),
    validLoss: doublePrecision(),
    validMeanTokenAccuracy: doublePrecision(),
    at: instant().notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.jobId, table.step] }),
    foreignKey({
      columns: [table.workspaceId, table.jobId],
      foreignColumns: [fineTuningJobs.workspaceId, fineTuningJobs.id],
      name: "fine_tuning_checkpoints_job",
    }),
  ],
);
