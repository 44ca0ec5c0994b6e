import { z } from "zod";
import { cursor, listOrder } from "@/server/api/input";

/**
 * The endpoints of `/v1` that a batch can use: those that answer JSON with one JSON object.
 * `server/gateway/endpoints/table.ts` describes each of them.
 */
export const batchPaths = [
  "/v1/chat/completions",
  "/v1/responses",
  "/v1/embeddings",
  "/v1/completions",
  "/v1/fim/completions",
  "/v1/moderations",
  "/v1/chat/moderations",
  "/v1/classifications",
  "/v1/chat/classifications",
  "/v1/rerank",
  "/v1/score",
  "/v1/images/generations",
  "/v1/ocr",
] as const;

export type BatchPath = (typeof batchPaths)[number];

/** The states of a batch, in the order in which it passes through them. */
export const batchStatuses = [
  "validating",
  "in_progress",
  "finalizing",
  "completed",
  "failed",
  "expired",
  "cancelling",
  "cancelled",
] as const;

/** The most lines of a batch. */
export const mostLines = 50_000;

/** The most batches of a workspace that have not ended. */
export const mostActive = 50;

/** The number of hours after which a batch expires by default, and the most that can be requested. */
export const usualHours = 24;
export const mostHours = 7 * 24;

/** The limits of a batch's metadata: the number of pairs, and the characters of a name and of a value. */
export const metadataBounds = { pairs: 16, name: 64, value: 512 };

/** A new batch, from the console or `/v1`. */
export type BatchRequest = {
  endpoint: BatchPath;
  fileId: string;
  form: "openai" | "mistral";
  /** The model of lines that do not name one. */
  model: string | null;
  /** After how many hours it expires. */
  hours: number;
  /** After how many hours its output files are deleted; null: never. */
  outputHours: number | null;
  metadata: Record<string, string> | null;
};

export const oneBatch = z.strictObject({ batchId: z.uuid() });

/** The highest number that is counted exactly: counting more would take longer than the page. */
export const mostCounted = 1_000;

export const listBatches = z.strictObject({
  status: z.enum(["", ...batchStatuses]).default(""),
  order: listOrder,
  after: cursor,
  before: cursor,
});

/** The form for a new batch. */
export const createBatch = z.strictObject({
  fileId: z.uuid({ error: "Choose a file." }),
  endpoint: z.enum(batchPaths, { error: "Choose an endpoint." }),
});
