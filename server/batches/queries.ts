import { and, count, desc, eq, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { type BatchStatus, batches } from "@/db/schema/batches";
import { files } from "@/db/schema/files";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { type Page, type Place, toPage } from "@/server/api/cursors";
import { byId, byMoment, keyset } from "@/server/api/keyset";

/** A filter for batches: a property that is undefined or empty matches all. */
export type Filter = {
  status?: BatchStatus | "" | undefined;
  statuses?: readonly BatchStatus[] | undefined;
  model?: string | undefined;
  createdAfter?: string | undefined;
  byPerson?: string | undefined;
  byKey?: string | undefined;
};

const columns = {
  id: batches.id,
  endpoint: batches.endpoint,
  form: batches.form,
  model: batches.model,
  status: batches.status,
  inputFileId: batches.inputFileId,
  inputName: files.filename,
  isInputThere: sql<boolean>`${files.deletedAt} is null`,
  inputVisibility: files.visibility,
  inputOwner: files.uploadedBy,
  outputFileId: batches.outputFileId,
  errorFileId: batches.errorFileId,
  createdBy: batches.createdBy,
  createdByName: users.name,
  keyId: batches.keyId,
  keyName: apiKeys.name,
  metadata: batches.metadata,
  total: batches.total,
  completed: batches.completed,
  failed: batches.failed,
  promptTokens: batches.promptTokens,
  completionTokens: batches.completionTokens,
  estimatedCost: batches.estimatedCost,
  cost: batches.cost,
  errors: batches.errors,
  ending: batches.ending,
  waitingCode: batches.waitingCode,
  waitingBecause: batches.waitingBecause,
  createdAt: batches.createdAt,
  expiresAt: batches.expiresAt,
  startedAt: batches.startedAt,
  cancelRequestedAt: batches.cancelRequestedAt,
  finalizingAt: batches.finalizingAt,
  endedAt: batches.endedAt,
};

const one = (workspaceId: string, id: string) => and(eq(batches.workspaceId, workspaceId), eq(batches.id, id));

const selectBatches = (db: Db, workspaceId: string) =>
  db
    .select({ ...columns, sortKey: sql<string>`${batches.createdAt}::text` })
    .from(batches)
    .innerJoin(files, and(eq(files.workspaceId, workspaceId), eq(files.id, batches.inputFileId)))
    .leftJoin(users, eq(users.id, batches.createdBy))
    .leftJoin(apiKeys, and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, batches.keyId)));

/** A batch as shown to its workspace. Money is in micro-units. */
export type Batch = Omit<Awaited<ReturnType<typeof selectBatches>>[number], "sortKey">;

/** Returns a batch, or undefined. */
export async function find(db: Db, workspaceId: string, id: string): Promise<Batch | undefined> {
  const [row] = await selectBatches(db, workspaceId).where(one(workspaceId, id));
  return row && withoutKey(row);
}

const pageSize = 25;

/** Returns a page of the batches, newest first, or the oldest. */
export async function list(
  db: Db,
  workspaceId: string,
  filter: Filter,
  place: Place & { order?: "" | "asc" | "desc" },
): Promise<Page<Batch>> {
  const { isBeyond, order } = keyset([byMoment(batches.createdAt), byId(batches.id)], place.order || "desc", place);
  const rows = await selectBatches(db, workspaceId)
    .where(and(passing(workspaceId, filter), isBeyond))
    .orderBy(...order)
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, place, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(withoutKey) };
}

/**
 * Returns a part of the batches, newest first: `limit` of them after an offset, or after the batch with an id (none
 * when there is no such batch).
 */
export async function listSome(
  db: Db,
  workspaceId: string,
  filter: Filter,
  { offset, after, limit }: { offset: number; after?: string | undefined; limit: number },
): Promise<Batch[]> {
  const rows = await selectBatches(db, workspaceId)
    .where(
      and(
        passing(workspaceId, filter),
        after
          ? sql`(${batches.createdAt}, ${batches.id}) < (
              select a.created_at, a.id from batches a where a.workspace_id = ${workspaceId} and a.id = ${after}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(batches.createdAt), desc(batches.id))
    .limit(limit)
    .offset(offset);
  return rows.map(withoutKey);
}

/** Returns how many batches match a filter, counted up to `most` if it is given. */
export async function total(db: Db, workspaceId: string, filter: Filter, most?: number): Promise<number> {
  const all = db.select({ one: sql`1` }).from(batches).where(passing(workspaceId, filter)).$dynamic();
  const [row] = await db.select({ n: count() }).from((most === undefined ? all : all.limit(most)).as("some"));
  return row?.n ?? 0;
}

/** Returns the number of batches that have not ended. */
export async function active(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(batches)
    .where(and(eq(batches.workspaceId, workspaceId), isNull(batches.endedAt)));
  return row?.n ?? 0;
}

/** Lists the files from which a person can choose, newest first, at most 200. */
export async function choosableFiles(db: Db, workspaceId: string, userId: string) {
  return db
    .select({
      id: files.id,
      filename: files.filename,
      bytes: files.bytes,
      lines: files.lines,
      createdAt: files.createdAt,
      visibility: files.visibility,
    })
    .from(files)
    .where(
      and(
        eq(files.workspaceId, workspaceId),
        eq(files.purpose, "batch"),
        or(eq(files.visibility, "workspace"), eq(files.uploadedBy, userId)),
        sql`${files.deletedAt} is null and (${files.expiresAt} is null or ${files.expiresAt} > now())`,
      ),
    )
    .orderBy(desc(files.createdAt), desc(files.id))
    .limit(200);
}

function passing(workspaceId: string, { status, statuses, model, createdAfter, byPerson, byKey }: Filter) {
  return and(
    eq(batches.workspaceId, workspaceId),
    status ? eq(batches.status, status) : undefined,
    statuses
      ? sql`${batches.status} in (select jsonb_array_elements_text(${JSON.stringify(statuses)}::jsonb))`
      : undefined,
    model ? eq(batches.model, model) : undefined,
    createdAfter ? sql`${batches.createdAt} > ${createdAfter}::timestamptz` : undefined,
    byPerson ? eq(batches.createdBy, byPerson) : undefined,
    byKey ? eq(batches.keyId, byKey) : undefined,
  );
}

function withoutKey<Row extends { sortKey: string }>({ sortKey, ...row }: Row): Omit<Row, "sortKey"> {
  return row;
}
