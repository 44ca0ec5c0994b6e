import { type Context, Hono } from "hono";
import { type Db, transaction } from "@/db/client";
import type { KeyScope } from "@/server/access/key-scopes";
import { cancelBatch, createBatch } from "@/server/batches/batches";
import type { BatchRequest } from "@/server/batches/input";
import * as batches from "@/server/batches/queries";
import { asSeenBy } from "@/server/batches/view";
import { deleteFile } from "@/server/files/deletion";
import { keepFile } from "@/server/files/upload";
import { log } from "@/server/platform/log";
import { askerOf } from "../door/asker";
import { type GatewayEnv, needs, requireScope } from "../door/authenticate";
import { readJsonOf } from "../door/read-json";
import { endpoints } from "../endpoints/table";
import { Refusal } from "../errors/errors";
import { uploadError } from "../errors/file-errors";
import { answered } from "../errors/refused";
import { batchJobOut, batchOut } from "./batch-answers";
import { batchIdIn, noSuchFile, readBatch, readBatchJob, readBatchQuery, readJobQuery } from "./batch-requests";

type Call = Context<GatewayEnv>;

/** `/v1/batches` and `/v1/batch/jobs`: the same batches in OpenAI's and in Mistral's words, for keys with the scope `batches`. */
export const batchRoutes = new Hono<GatewayEnv>();

const scope = needs("batches");
const [path, jobs] = ["/v1/batches", "/v1/batch/jobs"];

batchRoutes.post(path, scope, async (c) => {
  const request = readBatch(await readJsonOf(c, "batches"));
  return create(c, request, batchOut);
});

batchRoutes.post(jobs, scope, async (c) => {
  const job = readBatchJob(await readJsonOf(c, "batches"));
  if ("fileId" in job) return create(c, { ...job.request, fileId: job.fileId }, batchJobOut);
  requireScope(c.get("bearer"), scopeAt(job.request.endpoint));
  const fileId = await keepLines(c, job.lines);
  try {
    return await create(c, { ...job.request, fileId }, batchJobOut);
  } catch (error) {
    // No answer has named the file. What went wrong first is what the client is told, also when the file cannot be deleted.
    const { workspaceId, memberId: userId, keyId } = c.get("bearer");
    await transaction("write", { workspaceId }, (db) =>
      deleteFile(db, workspaceId, { userId, keyId }, askerOf(c), fileId),
    ).catch((err: unknown) =>
      log.error({ err, file: fileId }, "the requests of a batch that was refused stay as a file"),
    );
    throw error;
  }
});

batchRoutes.get(path, scope, async (c) => {
  const { workspaceId, memberId } = c.get("bearer");
  const { after, limit } = readBatchQuery(c.req.query());
  const from = after === undefined ? undefined : batchIdIn(after);
  const isNone = after !== undefined && from === undefined;
  const rows = isNone
    ? []
    : await transaction("read", { workspaceId }, (db) =>
        batches.listSome(db, workspaceId, {}, { offset: 0, after: from, limit: limit + 1 }),
      );
  const data = rows.slice(0, limit).map((batch) => batchOut(asSeenBy(batch, memberId)));
  return c.json({
    ...{ object: "list", data, has_more: rows.length > limit },
    ...{ first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null },
  });
});

batchRoutes.get(jobs, scope, async (c) => {
  const { workspaceId, memberId, keyId } = c.get("bearer");
  const { filter, limit, offset } = readJobQuery(new URL(c.req.url).searchParams, { memberId, keyId });
  const [rows, total] = await transaction("read", { workspaceId }, (db) =>
    Promise.all([batches.listSome(db, workspaceId, filter, { offset, limit }), batches.total(db, workspaceId, filter)]),
  );
  return c.json({ object: "list", data: rows.map((batch) => batchJobOut(asSeenBy(batch, memberId))), total });
});

const cancel = (c: Call) => (db: Db, workspaceId: string, id: string) => cancelBatch(db, workspaceId, askerOf(c), id);

batchRoutes.get(`${path}/:id`, scope, (c) => onBatch(c, batchOut));
batchRoutes.get(`${jobs}/:id`, scope, (c) => onBatch(c, batchJobOut));
batchRoutes.post(`${path}/:id/cancel`, scope, (c) => onBatch(c, batchOut, cancel(c)));
batchRoutes.post(`${jobs}/:id/cancel`, scope, (c) => onBatch(c, batchJobOut, cancel(c)));

async function create(c: Call, request: BatchRequest, shown: (batch: batches.Batch) => object): Promise<Response> {
  const bearer = c.get("bearer");
  const { workspaceId } = bearer;
  requireScope(bearer, scopeAt(request.endpoint));
  return answered(
    async () => {
      const batch = await transaction("write", { workspaceId }, async (db) =>
        batches.find(db, workspaceId, await createBatch(db, workspaceId, askerOf(c), request)),
      );
      return c.json(shown(asSeenBy(existing(batch), c.get("bearer").memberId)));
    },
    noSuchFile,
    { fileId: request.form === "openai" ? "input_file_id" : "input_files" },
  );
}

/** Keeps requests that were sent with a batch as the file that it reads, and returns the file's id. */
async function keepLines(c: Call, lines: string): Promise<string> {
  const { workspaceId, memberId, keyId } = c.get("bearer");
  const fields = new Map([["purpose", "batch"]]);
  const uploader = {
    ...{ userId: memberId, keyId, actor: askerOf(c) },
    step: <T>(run: (db: Db, workspaceId: string) => Promise<T>) =>
      transaction("write", { workspaceId }, (db) => run(db, workspaceId)),
  };
  try {
    return (await keepFile({ name: "requests.jsonl", content: Buffer.from(lines), fields }, uploader)).id;
  } catch (error) {
    throw await uploadError(error, workspaceId);
  }
}

/** Does something with the batch that the path names, in one transaction, and answers with the batch as it is then. */
async function onBatch(
  c: Call,
  shown: (batch: batches.Batch) => object,
  change?: (db: Db, workspaceId: string, id: string) => Promise<void>,
): Promise<Response> {
  const { workspaceId } = c.get("bearer");
  const id = batchIdIn(c.req.param("id"));
  if (!id) throw noSuchBatch;
  return answered(async () => {
    const batch = await transaction(change ? "write" : "read", { workspaceId }, async (db) => {
      await change?.(db, workspaceId, id);
      return batches.find(db, workspaceId, id);
    });
    return c.json(shown(asSeenBy(existing(batch), c.get("bearer").memberId)));
  }, noSuchBatch);
}

function existing<T>(found: T | undefined): T {
  if (found === undefined) throw noSuchBatch;
  return found;
}

/** Returns what a key needs for the requests of a batch, besides `batches`. */
function scopeAt(endpoint: string): KeyScope {
  const found = endpoints.find((each) => each.path === endpoint);
  if (!found) throw new Error(`there is no endpoint ${endpoint}`);
  return found.scope;
}

const noSuchBatch = new Refusal({
  status: 404,
  message: "There is no such batch in this workspace.",
  type: "invalid_request_error",
  code: "batch_not_found",
});
