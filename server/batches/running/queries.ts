import { and, asc, eq, gt, isNull, lt, notExists, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import {
  type BatchEnding,
  type BatchError,
  type BatchStatus,
  batchCharges,
  batches,
  batchLines,
} from "@/db/schema/batches";
import { files } from "@/db/schema/files";
import { storable } from "@/server/platform/storable";
import { chargedIn, chargesOf, hasUnnoted, type UsedByBatch } from "../charges/queries";

/** Until when a claim holds. It is renewed with every update of the batch. */
const lease = sql`clock_timestamp() + interval '30 seconds'`;

/** A batch that is due. */
export type Due = { workspaceId: string; id: string };

/** A batch that only this instance works on, as long as its row contains `claim`. Every write depends on that. */
export type Claim = Due & { claim: string };

/**
 * Lists due batches of all workspaces, those that have waited longest first, at most `limit` and at most `ofEach` per
 * workspace. The first batch of each workspace comes before the second of any, so that a workspace with many batches
 * does not block the others.
 */
export async function listDue(db: Db, limit: number, ofEach: number): Promise<Due[]> {
  await db.execute(sql`select set_config('app.job', 'batches', true)`);
  const rows = await db.execute<Due>(sql`
    select workspace_id as "workspaceId", id from (
      select workspace_id, id, next_look_at, row_number() over (partition by workspace_id order by next_look_at, id) as place
      from batches
      where ended_at is null and next_look_at <= clock_timestamp() and (claimed_until is null or claimed_until < clock_timestamp())) due
    where place <= ${ofEach} order by place, next_look_at limit ${limit}`);
  return [...rows];
}

/** Counts the batches of all workspaces that have not ended, by status. */
export async function countUnderWay(db: Db): Promise<Map<string, number>> {
  await db.execute(sql`select set_config('app.job', 'batches', true)`);
  const rows = await db.execute<{ status: BatchStatus; count: number }>(sql`
    select status, count(*)::int as count from batches where ended_at is null group by status`);
  return new Map([...rows].map(({ status, count }) => [status, count]));
}

const own = (workspaceId: string, id: string) => and(eq(batches.workspaceId, workspaceId), eq(batches.id, id));

const held = (workspaceId: string, { id, claim }: Claim) => and(own(workspaceId, id), eq(batches.claim, claim));

/**
 * Claims a due batch; undefined when another instance has claimed it. `msLeft`: milliseconds until the batch expires.
 */
export async function claim(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .update(batches)
    .set({ claim: sql`gen_random_uuid()`, claimedUntil: lease })
    .where(
      and(
        own(workspaceId, id),
        isNull(batches.endedAt),
        sql`${batches.nextLookAt} <= clock_timestamp() and (${batches.claimedUntil} is null or ${batches.claimedUntil} < clock_timestamp())`,
      ),
    )
    .returning();
  if (!row?.claim) return undefined;
  const [file] = await db
    .select({
      filename: files.filename,
      visibility: files.visibility,
      uploadedBy: files.uploadedBy,
      lines: files.lines,
      msLeft: sql<number>`(extract(epoch from ${batches.expiresAt} - clock_timestamp()) * 1000)::float8`,
    })
    .from(batches)
    .innerJoin(files, and(eq(files.workspaceId, workspaceId), eq(files.id, batches.inputFileId)))
    .where(own(workspaceId, id));
  if (!file) return undefined;
  const { msLeft, ...input } = file;
  return { ...row, claim: row.claim, msLeft, input };
}

export type ClaimedBatch = NonNullable<Awaited<ReturnType<typeof claim>>>;

/** Renews the claim of a batch and returns its status; undefined when the claim was lost. */
export async function renew(db: Db, workspaceId: string, claim: Claim): Promise<BatchStatus | undefined> {
  return update(db, workspaceId, claim, {});
}

/** Updates a claimed batch and renews the claim. Returns its status then; undefined when the claim was lost. */
export async function update(
  db: Db,
  workspaceId: string,
  claim: Claim,
  set: PgUpdateSetSource<typeof batches>,
): Promise<BatchStatus | undefined> {
  const [row] = await db
    .update(batches)
    .set({ claimedUntil: lease, ...set })
    .where(held(workspaceId, claim))
    .returning({ status: batches.status });
  return row?.status;
}

/** The results of checking every line of a batch. */
export type Checked = { total: number; estimatedCost: number };

/**
 * Starts sending the lines of a checked batch, unless it was cancelled. Returns its status then; undefined when the
 * claim was lost.
 */
export async function begin(db: Db, workspaceId: string, claim: Claim, checked: Checked) {
  return update(db, workspaceId, claim, {
    ...checked,
    status: sql`case ${batches.status} when 'validating' then 'in_progress' else ${batches.status} end`,
    startedAt: sql`now()`,
    attempts: 0,
  });
}

/**
 * Starts writing the files of a batch of which no more lines are sent, unless it was cancelled. Returns its status
 * then; undefined when the claim was lost.
 */
export async function finalize(
  db: Db,
  workspaceId: string,
  claim: Claim,
  { ending, errors }: { ending: BatchEnding; errors: BatchError[] | null },
) {
  return update(db, workspaceId, claim, {
    ...{ ending, errors: storableErrors(errors), finalizingAt: sql`now()`, waitingCode: null, waitingBecause: null },
    status: sql`case ${batches.status} when 'in_progress' then 'finalizing' else ${batches.status} end`,
  });
}

/** An error message may quote a part of the line, cut at any place, so it is made valid text. */
const storableErrors = (errors: BatchError[] | null | undefined) =>
  errors?.map((error) => ({
    ...error,
    message: storable(error.message),
    param: error.param && storable(error.param),
  })) ?? null;

/** An answer that is stored until the batch's files are written. */
export type KeptLine = { line: number; isError: boolean; sealed: Buffer };

/** What a batch has used since the last update. */
export type Gain = { completed: number; failed: number; promptTokens: number; completionTokens: number; cost: number };

/**
 * Stores answers and adds what they used to the batch, and renews the claim. Returns the batch's status; undefined
 * when the claim was lost, and then nothing is stored.
 */
export async function keepLines(
  db: Db,
  workspaceId: string,
  claim: Claim,
  kept: KeptLine[],
  gain: Gain,
): Promise<BatchStatus | undefined> {
  const plus = (column: (typeof batches)[keyof Gain], more: number) => sql`${column} + ${more}`;
  const status = await update(db, workspaceId, claim, {
    completed: plus(batches.completed, gain.completed),
    failed: plus(batches.failed, gain.failed),
    promptTokens: plus(batches.promptTokens, gain.promptTokens),
    completionTokens: plus(batches.completionTokens, gain.completionTokens),
    cost: plus(batches.cost, gain.cost),
    attempts: 0,
  });
  if (status && kept.length > 0)
    await db.insert(batchLines).values(kept.map((line) => ({ workspaceId, batchId: claim.id, ...line })));
  return status;
}

/**
 * Raises the usage of a batch to at least what its lines were charged, because an instance that was killed may not
 * have recorded everything. Returns the numbers of the lines that were charged and have no answer: they are sent
 * again, but not charged again.
 */
export async function takeStock(db: Db, workspaceId: string, claim: Claim): Promise<number[]> {
  await update(db, workspaceId, claim, atLeast(await chargedIn(db, workspaceId, claim.id)));
  const answered = db
    .select({ line: batchLines.line })
    .from(batchLines)
    .where(and(linesOf(workspaceId, claim.id), eq(batchLines.line, batchCharges.line)));
  const rows = await db
    .select({ line: batchCharges.line })
    .from(batchCharges)
    .where(and(chargesOf(workspaceId, claim.id), notExists(answered)));
  return rows.map(({ line }) => line);
}

const linesOf = (workspaceId: string, batchId: string) =>
  and(eq(batchLines.workspaceId, workspaceId), eq(batchLines.batchId, batchId));

const atLeast = (used: UsedByBatch) => ({
  promptTokens: sql`greatest(${batches.promptTokens}, ${used.promptTokens})`,
  completionTokens: sql`greatest(${batches.completionTokens}, ${used.completionTokens})`,
  cost: sql`greatest(${batches.cost}, ${used.cost})`,
});

/**
 * Returns the usage of a batch that ends: what its lines were charged, whatever lost instances have recorded. Lines
 * that an instance of the release before sent have no recorded charge; a batch with such lines keeps at least the
 * recorded usage.
 */
async function usedInTheEnd(db: Db, workspaceId: string, batchId: string) {
  const used = await chargedIn(db, workspaceId, batchId);
  return (await hasUnnoted(db, workspaceId, batchId)) ? atLeast(used) : used;
}

/** Returns the numbers of the lines that have an answer. */
export async function listDone(db: Db, workspaceId: string, batchId: string): Promise<number[]> {
  const rows = await db.select({ line: batchLines.line }).from(batchLines).where(linesOf(workspaceId, batchId));
  return rows.map(({ line }) => line);
}

/**
 * Returns the next stored answers of a kind after a line, in the order of the lines: at most `limit`, and none after
 * those before it have `bytes` together. An empty list: there are no more.
 */
export async function listLines(
  db: Db,
  workspaceId: string,
  batchId: string,
  { isError, after, limit, bytes }: { isError: boolean; after: number; limit: number; bytes: number },
): Promise<{ line: number; sealed: Buffer }[]> {
  const next = db
    .select({ line: batchLines.line, sealed: batchLines.sealed })
    .from(batchLines)
    .where(and(linesOf(workspaceId, batchId), eq(batchLines.isError, isError), gt(batchLines.line, after)))
    .orderBy(asc(batchLines.line))
    .limit(limit)
    .as("next");
  const length = sql`octet_length(${next.sealed})`;
  const before = sql<number>`sum(${length}) over (order by ${next.line}) - ${length}`.as("before");
  const counted = db.select({ line: next.line, sealed: next.sealed, before }).from(next).as("counted");
  return db
    .select({ line: counted.line, sealed: counted.sealed })
    .from(counted)
    .where(lt(counted.before, bytes))
    .orderBy(asc(counted.line));
}

/**
 * Ends a batch whose files are written: records its usage and deletes its stored answers. Returns false when the
 * claim was lost.
 */
export async function end(
  db: Db,
  workspaceId: string,
  claim: Claim,
  { status: ending, errors }: { status: BatchEnding; errors?: BatchError[] },
): Promise<boolean> {
  const status = await update(db, workspaceId, claim, {
    ...{ status: ending, waitingCode: null, waitingBecause: null, ...(errors && { errors: storableErrors(errors) }) },
    ...{ endedAt: sql`now()`, claim: null, claimedUntil: null },
    ...(await usedInTheEnd(db, workspaceId, claim.id)),
  });
  if (!status) return false;
  await db.delete(batchLines).where(linesOf(workspaceId, claim.id));
  return true;
}

/** Releases the claim of a batch until it is due again. A cancelled batch is due at once. */
export async function release(
  db: Db,
  workspaceId: string,
  claim: Claim,
  { seconds, ...set }: { seconds: number } & PgUpdateSetSource<typeof batches>,
): Promise<void> {
  await db
    .update(batches)
    .set({
      ...set,
      claim: null,
      claimedUntil: null,
      nextLookAt: sql`case when ${batches.status} = 'cancelling' and ${batches.attempts} = 0 then clock_timestamp()
        else clock_timestamp() + make_interval(secs => ${seconds}::float8) end`,
    })
    .where(held(workspaceId, claim));
}
