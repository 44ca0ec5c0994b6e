import { z } from "zod";
import {
  type BatchRequest,
  batchPaths,
  batchStatuses,
  metadataBounds,
  mostHours,
  usualHours,
} from "@/server/batches/input";
import type { Filter } from "@/server/batches/queries";
import { storable } from "@/server/platform/storable";
import { invalid, Refusal } from "../errors/errors";
import { misread } from "../errors/misread";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const isStorable = (text: string) => storable(text) === text;
const modelId = z
  .string("must be the id of a model")
  .min(1, "must be the id of a model")
  .max(256)
  .refine(isStorable, "must be the id of a model");

const endpoint = z.enum(batchPaths, `must be one of ${batchPaths.join(", ")}`);
const fileId = z.string("must be the id of a file").min(1, "must be the id of a file").max(256);
const metadata = z
  .record(
    z.string().min(1).max(metadataBounds.name, `may have names of at most ${metadataBounds.name} characters`),
    z
      .string("may have texts only")
      .max(metadataBounds.value, `may have values of at most ${metadataBounds.value} characters`),
    "must be an object with texts",
  )
  .refine(
    (pairs) => Object.keys(pairs).length <= metadataBounds.pairs,
    `may have at most ${metadataBounds.pairs} members`,
  )
  .refine(
    (pairs) => Object.entries(pairs).flat().every(isStorable),
    "may not have NUL characters or halves of characters",
  )
  .nullish();

/** A batch as OpenAI's clients ask for it. */
const openAiBody = z.object({
  input_file_id: fileId,
  endpoint,
  completion_window: z.literal("24h", "must be 24h"),
  metadata,
  output_expires_after: z
    .object({
      anchor: z.literal("created_at", "must be created_at"),
      seconds: z
        .int("must be whole seconds")
        .min(3_600, "must be at least 3600")
        .max(2_592_000, "must be at most 2592000"),
    })
    .nullish(),
});

/** Reads a request for a batch. Refuses with 422; with 404 a file's id that is none. */
export function readBatch(value: unknown): BatchRequest {
  const { input_file_id, endpoint, metadata, output_expires_after: after } = read(openAiBody, value);
  return {
    ...{ endpoint, fileId: idOfFile(input_file_id), form: "openai", model: null, hours: usualHours },
    outputHours: after ? Math.ceil(after.seconds / 3_600) : null,
    metadata: metadata ?? null,
  };
}

/** As many requests can be sent with the batch itself; the body has a megabyte at most. */
const mostInline = 10_000;

/** A batch as Mistral's clients ask for it. */
const mistralBody = z.object({
  input_files: z.array(fileId, "must be a list with the id of a file").nullish(),
  requests: z
    .array(
      z.looseObject(
        {
          custom_id: z
            .string("must be text")
            .min(1, "must not be empty")
            .max(512, "must have at most 512 characters")
            .nullish(),
          body: z.looseObject({}, "must be an object"),
        },
        "must be an object with body",
      ),
      "must be a list of objects with custom_id and body",
    )
    .min(1, "must have at least one request")
    .max(mostInline, `must have at most ${mostInline} requests: upload more as a file`)
    .nullish(),
  agent_id: z.null("is not supported here: leave agent_id away").optional(),
  endpoint,
  model: modelId.nullish(),
  metadata,
  timeout_hours: z
    .int("must be whole hours")
    .min(1, "must be at least 1")
    .max(mostHours, `must be at most ${mostHours}`)
    .nullish(),
});

/** A batch of which the file is there, or of which the requests are to be made one. */
type BatchJob =
  | { request: Omit<BatchRequest, "fileId">; fileId: string }
  | { request: Omit<BatchRequest, "fileId">; lines: string };

/** Reads a request for a batch in Mistral's words. Refuses with 422; with 404 a file's id that is none. */
export function readBatchJob(value: unknown): BatchJob {
  const { input_files, requests, endpoint, model, metadata, timeout_hours } = read(mistralBody, value);
  const request: BatchJob["request"] = {
    ...{ endpoint, form: "mistral", model: model ?? null },
    ...{ hours: timeout_hours ?? usualHours, outputHours: null, metadata: metadata ?? null },
  };
  const [file, ...others] = input_files ?? [];
  if (requests) {
    if (file !== undefined) throw invalid("requests", "Send requests or input_files, not both.");
    return { request, lines: requests.map((each, i) => inlineLine(each, i)).join("") };
  }
  if (file === undefined || others.length > 0)
    throw invalid("input_files", "input_files must be a list with one file: put all requests into it.");
  return { request, fileId: idOfFile(file) };
}

/** One without a name of its own is called by its place. */
const inlineLine = ({ custom_id: id, body }: { custom_id?: string | null | undefined; body: object }, i: number) =>
  `${JSON.stringify({ custom_id: id ?? String(i), body })}\n`;

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw misread(parsed.error);
  return parsed.data;
}

function idOfFile(text: string): string {
  if (!uuid.test(text)) throw noSuchFile;
  return text.toLowerCase();
}

/** What every file gets that is not there or not for this key. */
export const noSuchFile = new Refusal({
  status: 404,
  message: "There is no such file in this workspace.",
  type: "invalid_request_error",
  code: "file_not_found",
  param: "input_file_id",
});

const whole = (least: number, most: number) => z.coerce.number("must be a whole number").int().min(least).max(most);

const openAiQuery = z.object({ after: z.string().optional(), limit: whole(1, 100).default(20) });

/** Reads which batches are asked for, from one on. Refuses with 422. */
export function readBatchQuery(query: Record<string, string>): z.output<typeof openAiQuery> {
  return readQuery(openAiQuery, query);
}

/** Mistral's words for the states of a batch, by ours. */
export const jobStatusOf = {
  ...{ validating: "QUEUED", in_progress: "RUNNING", finalizing: "RUNNING", completed: "SUCCESS", failed: "FAILED" },
  ...{ expired: "TIMEOUT_EXCEEDED", cancelling: "CANCELLATION_REQUESTED", cancelled: "CANCELLED" },
} as const satisfies Record<(typeof batchStatuses)[number], string>;

const noTime = "must be a time such as 2026-02-28T00:00:00Z";
const instant = z.iso
  .datetime({ offset: true, local: true, error: noTime })
  // PostgreSQL knows neither every offset nor every year that can be written so.
  .transform((text) => new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`))
  .refine((at) => at.getUTCFullYear() >= 1 && at.getUTCFullYear() <= 9_999, noTime)
  .transform((at) => at.toISOString());

const mistralQuery = z.object({
  page: whole(0, 100_000).default(0),
  page_size: whole(1, 1_000).default(100),
  model: modelId.optional(),
  created_after: instant.optional(),
  created_by_me: z
    .enum(["true", "false", "True", "False", "1", "0"], "must be true or false")
    .transform((text) => /^(true|1)$/i.test(text))
    .default(false),
  order_by: z.literal("-created", "must be -created: the newest come first").optional(),
});

/** Reads which batches are asked for by pages. `statuses`: all that are asked for. Refuses with 422. */
export function readJobQuery(
  query: URLSearchParams,
  { memberId, keyId }: { memberId: string | null; keyId: string },
): { filter: Filter; limit: number; offset: number } {
  const asked = readQuery(mistralQuery, Object.fromEntries(query));
  const wanted = query.getAll("status");
  const statuses = batchStatuses.filter((status) => wanted.includes(jobStatusOf[status]));
  return {
    filter: {
      ...{ model: asked.model, createdAfter: asked.created_after },
      ...(wanted.length > 0 && { statuses }),
      ...(asked.created_by_me && (memberId === null ? { byKey: keyId } : { byPerson: memberId })),
    },
    limit: asked.page_size,
    offset: asked.page * asked.page_size,
  };
}

function readQuery<Schema extends z.ZodType>(schema: Schema, query: Record<string, string>): z.output<Schema> {
  return read(
    schema,
    Object.fromEntries(Object.entries(query).filter(([, value]) => value !== "" && value !== "null")),
  );
}

/** Returns the id of a batch in a path or a query as the database takes it, or undefined. */
export const batchIdIn = (text: string | undefined) =>
  text !== undefined && uuid.test(text) ? text.toLowerCase() : undefined;
