import { z } from "zod";
import { cursor, listOrder } from "@/server/api/input";

/**
 * The endpoints of `/v1` whose requests a batch can contain: those that answer JSON with JSON, not streamed.
 * `server/gateway/endpoints/table.ts` describes them.
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

/** Every state of a batch, in the order in which it comes to them. */
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

/** As many lines can a batch have. */
export const mostLines = 50_000;

/** As many batches can a workspace have that have not ended. */
export const mostActive = 50;

/** After how many hours a batch expires by default, and the highest value. */
export const usualHours = 24;
export const mostHours = 7 * 24;

/** The most pairs that the metadata of a batch has, and characters of a name and of a value. */
export const metadataBounds = { pairs: 16, name: 64, value: 512 };

/** A new batch, for the console and for `/v1`. */
export type BatchRequest = {
  endpoint: BatchPath;
  fileId: string;
  form: "openai" | "mistral";
  /** For lines that name no model. */
  model: string | null;
  /** After how many hours it expires. */
  hours: number;
  /** After how many hours its output files are deleted; null: never. */
  outputHours: number | null;
  metadata: Record<string, string> | null;
};

export const oneBatch = z.strictObject({ batchId: z.uuid() });

/** Counts stop at this many: counting more would take longer than the page. */
export const mostCounted = 1_000;

export const listBatches = z.strictObject({
  status: z.enum(["", ...batchStatuses]).default(""),
  order: listOrder,
  after: cursor,
  before: cursor,
});

/** What a person fills in. */
export const createBatch = z.strictObject({
  fileId: z.uuid({ error: "Choose a file." }),
  endpoint: z.enum(batchPaths, { error: "Choose an endpoint." }),
});
