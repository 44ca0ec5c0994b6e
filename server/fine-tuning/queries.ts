import { and, asc, count, desc, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { files } from "@/db/schema/files";
import {
  fineTuningCheckpoints,
  fineTuningEvents,
  fineTuningFiles,
  fineTuningJobs,
  type JobStatus,
} from "@/db/schema/fine-tuning";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/pages";
import type { JobRequest } from "./input";

/** Which jobs: what is undefined or empty leaves all. `byKey` and `byPerson`: who created them. */
export type Filter = {
  status?: JobStatus | "";
  model?: string;
  suffix?: string;
  createdAfter?: string | undefined;
  createdBefore?: string | undefined;
  byPerson?: string | undefined;
  byKey?: string | undefined;
};

const filesFor = (use: "training" | "validation") => sql<string[]>`(
  select coalesce(json_agg(f.file_id order by f.file_id), '[]') from fine_tuning_files f
  where f.workspace_id = ${fineTuningJobs}.workspace_id and f.job_id = ${fineTuningJobs}.id and f.use = ${use})`;

const columns = {
  id: fineTuningJobs.id,
  model: fineTuningJobs.model,
  status: fineTuningJobs.status,
  suffix: fineTuningJobs.suffix,
  isAutoStart: fineTuningJobs.isAutoStart,
  hyperparameters: fineTuningJobs.hyperparameters,
  createdBy: fineTuningJobs.createdBy,
  createdByName: users.name,
  keyId: fineTuningJobs.keyId,
  keyName: apiKeys.name,
  modelServer: fineTuningJobs.modelServer,
  fineTunedModel: fineTuningJobs.fineTunedModel,
  trainTokens: fineTuningJobs.trainTokens,
  trainedTokens: fineTuningJobs.trainedTokens,
  estimatedCost: fineTuningJobs.estimatedCost,
  cost: fineTuningJobs.cost,
  expectedSeconds: fineTuningJobs.expectedSeconds,
  step: fineTuningJobs.step,
  steps: fineTuningJobs.steps,
  failure: fineTuningJobs.failure,
  createdAt: fineTuningJobs.createdAt,
  modifiedAt: fineTuningJobs.modifiedAt,
  startRequestedAt: fineTuningJobs.startRequestedAt,
  startedAt: fineTuningJobs.startedAt,
  endedAt: fineTuningJobs.endedAt,
  attempts: fineTuningJobs.attempts,
  trainingFiles: filesFor("training"),
  validationFiles: filesFor("validation"),
};

const one = (workspaceId: string, id: string) =>
  and(eq(fineTuningJobs.workspaceId, workspaceId), eq(fineTuningJobs.id, id));

const selectJobs = (db: Db, workspaceId: string) =>
  db
    .select({ ...columns, sortKey: sql<string>`${fineTuningJobs.createdAt}::text` })
    .from(fineTuningJobs)
    .leftJoin(users, eq(users.id, fineTuningJobs.createdBy))
    .leftJoin(apiKeys, and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, fineTuningJobs.keyId)));

/** A job as its workspace sees it. Money in micro-units. */
export type Job = Omit<Awaited<ReturnType<typeof selectJobs>>[number], "sortKey">;

/** A job, or undefined. */
export async function find(db: Db, workspaceId: string, id: string): Promise<Job | undefined> {
  const [row] = await selectJobs(db, workspaceId).where(one(workspaceId, id));
  return row && withoutKey(row);
}

const pageSize = 25;

/** A page of the jobs, newest first. */
export async function list(db: Db, workspaceId: string, filter: Filter, place: Place): Promise<Page<Job>> {
  const isBackward = place.before !== undefined;
  const from = decodeCursor(place.before ?? place.after, [keyParts.instant, keyParts.uuid]);
  const order = isBackward ? asc : desc;
  const key = sql`(${fineTuningJobs.createdAt}, ${fineTuningJobs.id})`;
  const rows = await selectJobs(db, workspaceId)
    .where(
      and(
        passing(workspaceId, filter),
        from ? sql`${key} ${sql.raw(isBackward ? ">" : "<")} (${from[0]}::timestamptz, ${from[1]}::uuid)` : undefined,
      ),
    )
    .orderBy(order(fineTuningJobs.createdAt), order(fineTuningJobs.id))
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, place, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(withoutKey) };
}

/** Some of the jobs, newest first: `limit` of them after so many, or after the job of an id (none when there is no such job). */
export async function listSome(
  db: Db,
  workspaceId: string,
  filter: Filter,
  { offset, after, limit }: { offset: number; after?: string | undefined; limit: number },
): Promise<Job[]> {
  const rows = await selectJobs(db, workspaceId)
    .where(
      and(
        passing(workspaceId, filter),
        after
          ? sql`(${fineTuningJobs.createdAt}, ${fineTuningJobs.id}) < (
              select a.created_at, a.id from fine_tuning_jobs a where a.workspace_id = ${workspaceId} and a.id = ${after}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(fineTuningJobs.createdAt), desc(fineTuningJobs.id))
    .limit(limit)
    .offset(offset);
  return rows.map(withoutKey);
}

/** How many jobs pass a filter. */
export async function total(db: Db, workspaceId: string, filter: Filter): Promise<number> {
  const [row] = await db.select({ n: count() }).from(fineTuningJobs).where(passing(workspaceId, filter));
  return row?.n ?? 0;
}

/** How many jobs have not ended. */
export async function active(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(fineTuningJobs)
    .where(and(eq(fineTuningJobs.workspaceId, workspaceId), isNull(fineTuningJobs.endedAt)));
  return row?.n ?? 0;
}

/** The base models that jobs were created for, at most 100. */
export async function usedModels(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ model: fineTuningJobs.model })
    .from(fineTuningJobs)
    .where(eq(fineTuningJobs.workspaceId, workspaceId))
    .orderBy(asc(fineTuningJobs.model))
    .limit(100);
  return rows.map(({ model }) => model);
}

/** Creates a job and says which files it reads. Returns its id. */
export async function create(
  db: Db,
  workspaceId: string,
  values: Omit<JobRequest, "trainingFiles" | "validationFiles"> & {
    createdBy: string | null;
    keyId: string | null;
    modelServer: string;
    trainTokens: number;
    estimatedCost: number;
  },
  reads: Pick<JobRequest, "trainingFiles" | "validationFiles">,
): Promise<string> {
  const [row] = await db
    .insert(fineTuningJobs)
    .values({ workspaceId, ...values })
    .returning({ id: fineTuningJobs.id });
  if (!row) throw new Error("a job was not created");
  await db
    .insert(fineTuningFiles)
    .values([
      ...reads.trainingFiles.map((file) => ({ workspaceId, jobId: row.id, use: "training" as const, ...file })),
      ...reads.validationFiles.map((fileId) => ({ workspaceId, jobId: row.id, use: "validation" as const, fileId })),
    ]);
  return row.id;
}

/** A job's own columns, and nobody else changes it before this transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string) {
  const [row] = await db.select().from(fineTuningJobs).where(one(workspaceId, id)).for("no key update");
  return row;
}

/** Changes a job's state, remembers the change among its events, and has it looked at now. The caller holds the job. */
export async function become(
  db: Db,
  workspaceId: string,
  id: string,
  status: JobStatus,
  set: PgUpdateSetSource<typeof fineTuningJobs> = {},
  detail: Record<string, unknown> = {},
): Promise<void> {
  await db
    .update(fineTuningJobs)
    .set({ nextLookAt: sql`now()`, ...set, status, modifiedAt: sql`now()` })
    .where(one(workspaceId, id));
  await addEvent(db, workspaceId, id, "status-updated", { status, ...detail });
}

/** Adds to what happened to a job, now or at another time. The caller holds the job. */
export async function addEvent(
  db: Db,
  workspaceId: string,
  jobId: string,
  name: string,
  data: Record<string, unknown>,
  at?: Date,
): Promise<void> {
  await db.insert(fineTuningEvents).values({
    ...{ workspaceId, jobId, name, data, ...(at && { at }) },
    number: sql`(select coalesce(max(e.number), 0) + 1 from fine_tuning_events e
      where e.workspace_id = ${workspaceId} and e.job_id = ${jobId})`,
  });
}

/** What happened to a job, in order; of very much the last thousand. */
export async function events(db: Db, workspaceId: string, jobId: string) {
  const rows = await db
    .select({ name: fineTuningEvents.name, data: fineTuningEvents.data, at: fineTuningEvents.at })
    .from(fineTuningEvents)
    .where(and(eq(fineTuningEvents.workspaceId, workspaceId), eq(fineTuningEvents.jobId, jobId)))
    .orderBy(desc(fineTuningEvents.number))
    .limit(1_000);
  return rows.reverse();
}

/** How good the model was after which steps, in order; of very many the last two thousand. */
export async function checkpoints(db: Db, workspaceId: string, jobId: string) {
  const { step, trainLoss, validLoss, validMeanTokenAccuracy, at } = fineTuningCheckpoints;
  const rows = await db
    .select({ step, trainLoss, validLoss, validMeanTokenAccuracy, at })
    .from(fineTuningCheckpoints)
    .where(and(eq(fineTuningCheckpoints.workspaceId, workspaceId), eq(fineTuningCheckpoints.jobId, jobId)))
    .orderBy(desc(step))
    .limit(2_000);
  return rows.reverse();
}

/** Whether somebody may see a file: what is for the whole workspace, and their own. */
const visibleTo = (userId: string | null) =>
  or(eq(files.visibility, "workspace"), userId === null ? undefined : eq(files.uploadedBy, userId));

const isThere = sql`${files.deletedAt} is null and (${files.expiresAt} is null or ${files.expiresAt} > now())`;

/** The files a job reads. Of one that the person may not see, only that it is there. */
export async function filesOf(db: Db, workspaceId: string, jobId: string, userId: string | null) {
  const rows = await db
    .select({
      id: files.id,
      use: fineTuningFiles.use,
      weight: fineTuningFiles.weight,
      filename: files.filename,
      bytes: files.bytes,
      isVisible: sql<boolean>`coalesce(${visibleTo(userId)}, false)`,
      isDeleted: sql<boolean>`${files.deletedAt} is not null`,
    })
    .from(fineTuningFiles)
    .innerJoin(files, and(eq(files.workspaceId, workspaceId), eq(files.id, fineTuningFiles.fileId)))
    .where(and(eq(fineTuningFiles.workspaceId, workspaceId), eq(fineTuningFiles.jobId, jobId)))
    .orderBy(asc(fineTuningFiles.use), asc(files.filename), asc(files.id));
  return rows.map(({ isVisible, filename, ...file }) => ({ ...file, filename: isVisible ? filename : null }));
}

/**
 * Those of these files that are there and that somebody may see; null: a service key. With `isHeld` none of them is deleted
 * before this transaction ends.
 */
export async function usableFiles(
  db: Db,
  workspaceId: string,
  userId: string | null,
  ids: string[],
  { isHeld = false } = {},
) {
  const found = db
    .select({ id: files.id, filename: files.filename, bytes: files.bytes, purpose: files.purpose })
    .from(files)
    .where(and(eq(files.workspaceId, workspaceId), inArray(files.id, ids), visibleTo(userId), isThere))
    .orderBy(asc(files.id));
  return isHeld ? found.for("share") : found;
}

/** Files that somebody can choose from, newest first, at most 200. */
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
    .where(and(eq(files.workspaceId, workspaceId), eq(files.purpose, "fine-tune"), visibleTo(userId), isThere))
    .orderBy(desc(files.createdAt), desc(files.id))
    .limit(200);
}

function passing(workspaceId: string, filter: Filter): SQL | undefined {
  const { status, model, suffix, createdAfter, createdBefore, byPerson, byKey } = filter;
  return and(
    eq(fineTuningJobs.workspaceId, workspaceId),
    status ? eq(fineTuningJobs.status, status) : undefined,
    model ? eq(fineTuningJobs.model, model) : undefined,
    suffix ? eq(fineTuningJobs.suffix, suffix) : undefined,
    createdAfter ? sql`${fineTuningJobs.createdAt} >= ${createdAfter}::timestamptz` : undefined,
    createdBefore ? sql`${fineTuningJobs.createdAt} < ${createdBefore}::timestamptz` : undefined,
    byPerson ? eq(fineTuningJobs.createdBy, byPerson) : undefined,
    byKey ? eq(fineTuningJobs.keyId, byKey) : undefined,
  );
}

function withoutKey<Row extends { sortKey: string }>({ sortKey, ...row }: Row): Omit<Row, "sortKey"> {
  return row;
}

/** Has a job started: what it may cost is reserved. The caller holds the job. */
export async function begin(
  db: Db,
  workspaceId: string,
  id: string,
  reserved: { trainTokens: number; estimatedCost: number },
): Promise<void> {
  await become(db, workspaceId, id, "STARTED", { ...reserved, startRequestedAt: sql`now()` });
}

/** Has a job cancelled. The caller holds the job. */
export async function requestCancellation(
  db: Db,
  workspaceId: string,
  id: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  await become(db, workspaceId, id, "CANCELLATION_REQUESTED", { cancelRequestedAt: sql`now()` }, detail);
}

/** The database's clock, for a time that a job is given. */
export const now = sql`now()`;

/** Changes what is known of a job. The caller holds the job. */
export async function update(
  db: Db,
  workspaceId: string,
  id: string,
  set: PgUpdateSetSource<typeof fineTuningJobs>,
): Promise<void> {
  await db
    .update(fineTuningJobs)
    .set({ ...set, modifiedAt: now })
    .where(one(workspaceId, id));
}
