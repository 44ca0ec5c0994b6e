import { and, asc, count, desc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { fineTuningCheckpoints, fineTuningEvents, fineTuningJobs, type JobStatus } from "@/db/schema/fine-tuning";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { type Page, type Place, toPage } from "@/server/api/cursors";
import { byId, byMoment, keyset } from "@/server/api/keyset";

/**
 * A filter for the suffix, which becomes part of a model's name: it must not find jobs by models that are hidden from
 * the person.
 */
export type SuffixFilter = { text: string; personId: string | null; seesAll: boolean };

/** A filter for jobs: a property that is undefined or empty matches all. `byKey` and `byPerson`: the creator. */
export type Filter = {
  status?: JobStatus | "";
  model?: string;
  suffix?: SuffixFilter | undefined;
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

/** A job as shown to its workspace. Money is in micro-units. */
export type Job = Omit<Awaited<ReturnType<typeof selectJobs>>[number], "sortKey">;

/** Returns a job, or undefined. */
export async function find(db: Db, workspaceId: string, id: string): Promise<Job | undefined> {
  const [row] = await selectJobs(db, workspaceId).where(one(workspaceId, id));
  return row && withoutKey(row);
}

const pageSize = 25;

/** Returns a page of the jobs, newest or oldest first. */
export async function list(
  db: Db,
  workspaceId: string,
  filter: Filter,
  place: Place & { order?: "" | "asc" | "desc" },
): Promise<Page<Job>> {
  const { isBeyond, order } = keyset(
    [byMoment(fineTuningJobs.createdAt), byId(fineTuningJobs.id)],
    place.order || "desc",
    place,
  );
  const rows = await selectJobs(db, workspaceId)
    .where(and(passing(workspaceId, filter), isBeyond))
    .orderBy(...order)
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, place, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(withoutKey) };
}

/**
 * Returns a part of the jobs, newest first: `limit` of them after an offset, or after the job with an id (none when
 * there is no such job).
 */
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

/** Returns how many jobs match a filter, counted up to `most` if it is given. */
export async function total(db: Db, workspaceId: string, filter: Filter, most?: number): Promise<number> {
  const all = db.select({ one: sql`1` }).from(fineTuningJobs).where(passing(workspaceId, filter)).$dynamic();
  const [row] = await db.select({ n: count() }).from((most === undefined ? all : all.limit(most)).as("some"));
  return row?.n ?? 0;
}

/** Returns the number of jobs that have not ended. */
export async function active(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(fineTuningJobs)
    .where(and(eq(fineTuningJobs.workspaceId, workspaceId), isNull(fineTuningJobs.endedAt)));
  return row?.n ?? 0;
}

/** Returns the base models for which jobs were created, at most 100. */
export async function usedModels(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ model: fineTuningJobs.model })
    .from(fineTuningJobs)
    .where(eq(fineTuningJobs.workspaceId, workspaceId))
    .orderBy(asc(fineTuningJobs.model))
    .limit(100);
  return rows.map(({ model }) => model);
}

/** Returns the events of a job in order, at most the last thousand. */
export async function events(db: Db, workspaceId: string, jobId: string) {
  const rows = await db
    .select({ name: fineTuningEvents.name, data: fineTuningEvents.data, at: fineTuningEvents.at })
    .from(fineTuningEvents)
    .where(and(eq(fineTuningEvents.workspaceId, workspaceId), eq(fineTuningEvents.jobId, jobId)))
    .orderBy(desc(fineTuningEvents.number))
    .limit(1_000);
  return rows.reverse();
}

/** Returns the checkpoints of a job with their metrics, by step, at most the last two thousand. */
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

function passing(workspaceId: string, filter: Filter): SQL | undefined {
  const { status, model, suffix, createdAfter, createdBefore, byPerson, byKey } = filter;
  return and(
    eq(fineTuningJobs.workspaceId, workspaceId),
    status ? eq(fineTuningJobs.status, status) : undefined,
    model ? eq(fineTuningJobs.model, model) : undefined,
    suffix ? eq(fineTuningJobs.suffix, suffix.text) : undefined,
    suffix && !suffix.seesAll
      ? sql`not exists (select from models m where m.workspace_id = ${workspaceId} and m.job_id = ${fineTuningJobs}.id
          and is_model_hidden(m.workspace_id, m.id, m.visibility, m.created_by, ${suffix.personId}::uuid))`
      : undefined,
    createdAfter ? sql`${fineTuningJobs.createdAt} >= ${createdAfter}::timestamptz` : undefined,
    createdBefore ? sql`${fineTuningJobs.createdAt} < ${createdBefore}::timestamptz` : undefined,
    byPerson ? eq(fineTuningJobs.createdBy, byPerson) : undefined,
    byKey ? eq(fineTuningJobs.keyId, byKey) : undefined,
  );
}

function withoutKey<Row extends { sortKey: string }>({ sortKey, ...row }: Row): Omit<Row, "sortKey"> {
  return row;
}
