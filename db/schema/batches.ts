import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { files } from "./files";
import { apiKeys } from "./keys";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** The states of a batch, in the words of OpenAI's API. */
export type BatchStatus =
  | "validating"
  | "failed"
  | "in_progress"
  | "finalizing"
  | "completed"
  | "expired"
  | "cancelling"
  | "cancelled";

/** The API format in which a batch was created. */
export type BatchForm = "openai" | "mistral";

/** How a batch ends once its files are written. */
export type BatchEnding = "completed" | "failed" | "expired" | "cancelled";

/** A reason why a batch failed. `line` is the number of a line that cannot be sent, counted from 1. */
export type BatchError = { code: string; message: string; line: number | null; param: string | null };

/**
 * A batch: the requests of a file, sent one by one as if a program sent them. One instance at a time works on a batch:
 * the one whose `claim` is in the row, until `claimedUntil`.
 */
export const batches = pgTable(
  "batches",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    /** The path of all its lines. */
    endpoint: text().notNull(),
    /** The format of its lines: OpenAI's contain method and path, Mistral's do not. */
    form: text().$type<BatchForm>().notNull(),
    /** The model for lines without one; null: every line names its model. */
    model: text(),
    status: text().$type<BatchStatus>().notNull().default("validating"),
    inputFileId: uuid().notNull(),
    outputFileId: uuid(),
    errorFileId: uuid(),
    createdBy: uuid().references(() => users.id),
    /** The key with which it was created, whose limits apply; null: it was created in the browser. */
    keyId: text(),
    /** The metadata of the program, unchanged. */
    metadata: jsonb().$type<Record<string, string>>(),
    /** After how many hours its output files are deleted; null: never. */
    outputHours: integer(),
    total: integer().notNull().default(0),
    completed: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    promptTokens: bigint({ mode: "number" }).notNull().default(0),
    completionTokens: bigint({ mode: "number" }).notNull().default(0),
    /** In micro-units: the highest possible cost, known once all lines were checked, and the real cost. */
    estimatedCost: bigint({ mode: "number" }),
    cost: bigint({ mode: "number" }).notNull().default(0),
    /** Why it failed: the first errors. */
    errors: jsonb().$type<BatchError[]>(),
    /** Its status once its files are written. */
    ending: text().$type<BatchEnding>(),
    /** Why no line is sent at the moment, as a code and a sentence; null: lines are sent. */
    waitingCode: text(),
    waitingBecause: text(),
    createdAt: instant().notNull().defaultNow(),
    expiresAt: instant().notNull(),
    startedAt: instant(),
    cancelRequestedAt: instant(),
    finalizingAt: instant(),
    endedAt: instant(),
    claim: uuid(),
    claimedUntil: instant(),
    nextLookAt: instant().notNull().defaultNow(),
    /** The number of consecutive failures to work on it. */
    attempts: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    foreignKey({ columns: [table.workspaceId, table.keyId], foreignColumns: [apiKeys.workspaceId, apiKeys.id] }),
    foreignKey({
      columns: [table.workspaceId, table.inputFileId],
      foreignColumns: [files.workspaceId, files.id],
      name: "batches_input_file",
    }),
    foreignKey({
      columns: [table.workspaceId, table.outputFileId],
      foreignColumns: [files.workspaceId, files.id],
      name: "batches_output_file",
    }),
    foreignKey({
      columns: [table.workspaceId, table.errorFileId],
      foreignColumns: [files.workspaceId, files.id],
      name: "batches_error_file",
    }),
    index("batches_newest_first").on(table.workspaceId, table.createdAt, table.id),
    index("batches_of_input_file").on(table.workspaceId, table.inputFileId),
    index("batches_to_advance").on(table.nextLookAt).where(sql`ended_at is null`),
    check(
      "batches_status",
      sql`${table.status} in ('validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled')`,
    ),
    check("batches_form", sql`${table.form} in ('openai', 'mistral')`),
    check("batches_ending", sql`${table.ending} in ('completed', 'failed', 'expired', 'cancelled')`),
    check(
      "batches_ended",
      sql`(${table.endedAt} is not null) = (${table.status} in ('failed', 'completed', 'expired', 'cancelled'))`,
    ),
    check(
      "batches_counts",
      sql`${table.completed} >= 0 and ${table.failed} >= 0 and ${table.completed} + ${table.failed} <= ${table.total}`,
    ),
  ],
);

/**
 * The answer to a line of a batch, until the batch's files are written: the encrypted line of the output or error file.
 * A line with a row here is not sent again.
 */
export const batchLines = pgTable(
  "batch_lines",
  {
    workspaceId: workspaceId(),
    batchId: uuid().notNull(),
    /** Its line number in the input file, counted from 1. */
    line: integer().notNull(),
    isError: boolean().notNull(),
    sealed: bytea().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.batchId, table.line] }),
    foreignKey({
      columns: [table.workspaceId, table.batchId],
      foreignColumns: [batches.workspaceId, batches.id],
      name: "batch_lines_batch",
    }),
  ],
);

/**
 * The charged request of a batch's line: only the first one is charged, however often the line is sent. Written
 * together with the request's ledger line, and deleted when no instance can still have a request of the batch in
 * progress.
 */
export const batchCharges = pgTable(
  "batch_charges",
  {
    workspaceId: workspaceId(),
    batchId: uuid().notNull(),
    line: integer().notNull(),
    requestId: uuid().notNull(),
    at: instant().notNull(),
    promptTokens: integer().notNull(),
    completionTokens: integer().notNull(),
    cost: bigint({ mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.batchId, table.line] }),
    index("batch_charges_oldest_first").on(table.at),
  ],
);
