import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { files } from "@/db/schema/files";
import {
  fineTuningCheckpoints,
  fineTuningEvents,
  fineTuningFiles,
  fineTuningJobs,
  type JobStatus,
} from "@/db/schema/fine-tuning";
import { models } from "@/db/schema/models";
import { workspaces } from "@/db/schema/workspaces";
import { addEvent } from "../changes/queries";

/** How long a claim lasts without renewal. */
const lease = sql`interval '60 seconds'`;

/** A job to be worked on. */
export type Due = { workspaceId: string; id: string };

/** A job that only this instance works on, as long as `claimedUntil` is in its row: every write checks that. */
export type Claim = Due & { claimedUntil: string };

/** Lists jobs of all workspaces to be worked on, at most `limit`. */
export async function listDue(db: Db, limit: number): Promise<Due[]> {
  await db.execute(sql`select set_config('app.job', 'fine-tuning', true)`);
  const rows = await db.execute<Due>(sql`
    select workspace_id as "workspaceId", id from fine_tuning_jobs
    where ended_at is null and next_look_at <= clock_timestamp() and (claimed_until is null or claimed_until < clock_timestamp())
    order by next_look_at limit ${limit}`);
  return [...rows];
}

/** Counts the jobs of all workspaces that have not ended, by status. */
export async function countUnderWay(db: Db): Promise<Map<string, number>> {
  await db.execute(sql`select set_config('app.job', 'fine-tuning', true)`);
  const rows = await db.execute<{ status: JobStatus; count: number }>(sql`
    select status, count(*)::int as count from fine_tuning_jobs where ended_at is null group by status`);
  return new Map([...rows].map(({ status, count }) => [status, count]));
}

const own = (workspaceId: string, id: string) =>
  and(eq(fineTuningJobs.workspaceId, workspaceId), eq(fineTuningJobs.id, id));

const held = (workspaceId: string, claim: Claim) =>
  and(own(workspaceId, claim.id), sql`${fineTuningJobs.claimedUntil} = ${claim.claimedUntil}::timestamptz`);

/** Claims a due job; undefined when another worker has claimed it or is changing it. */
export async function claim(db: Db, workspaceId: string, id: string) {
  const free = db
    .select({ id: fineTuningJobs.id })
    .from(fineTuningJobs)
    .where(
      and(
        own(workspaceId, id),
        sql`${fineTuningJobs.endedAt} is null and ${fineTuningJobs.nextLookAt} <= clock_timestamp()
          and (${fineTuningJobs.claimedUntil} is null or ${fineTuningJobs.claimedUntil} < clock_timestamp())`,
      ),
    )
    .for("update", { skipLocked: true });
  const [job] = await db
    .update(fineTuningJobs)
    .set({ claimedUntil: sql`clock_timestamp() + ${lease}` })
    .where(and(eq(fineTuningJobs.workspaceId, workspaceId), inArray(fineTuningJobs.id, free)))
    .returning();
  if (!job) return undefined;
  const [row] = await db
    .select({ claimedUntil: sql<string>`${fineTuningJobs.claimedUntil}::text`, deletedAt: workspaces.deletedAt })
    .from(fineTuningJobs)
    .innerJoin(workspaces, eq(workspaces.id, fineTuningJobs.workspaceId))
    .where(own(workspaceId, id));
  if (!row) return undefined;
  const reads = await db
    .select({
      fileId: fineTuningFiles.fileId,
      use: fineTuningFiles.use,
      weight: fineTuningFiles.weight,
      upstreamId: fineTuningFiles.upstreamId,
      filename: files.filename,
      bytes: files.bytes,
    })
    .from(fineTuningFiles)
    .innerJoin(files, and(eq(files.workspaceId, workspaceId), eq(files.id, fineTuningFiles.fileId)))
    .where(and(eq(fineTuningFiles.workspaceId, workspaceId), eq(fineTuningFiles.jobId, id)))
    .orderBy(fineTuningFiles.use, fineTuningFiles.fileId);
  return { ...job, claimedUntil: row.claimedUntil, isWorkspaceGone: row.deletedAt !== null, files: reads };
}

export type ClaimedJob = NonNullable<Awaited<ReturnType<typeof claim>>>;

/** Renews a claim; undefined when it was lost. */
export async function renew(
  db: Db,
  workspaceId: string,
  claim: Claim,
): Promise<{ claimedUntil: string; status: JobStatus } | undefined> {
  const [row] = await db
    .update(fineTuningJobs)
    .set({ claimedUntil: sql`clock_timestamp() + ${lease}` })
    .where(held(workspaceId, claim))
    .returning({
      claimedUntil: sql<string>`${fineTuningJobs.claimedUntil}::text`,
      status: fineTuningJobs.status,
    });
  return row;
}

/** Reads a claimed job and locks it until the transaction ends; undefined when the claim was lost. */
export async function holdClaimed(db: Db, workspaceId: string, claim: Claim) {
  const [row] = await db
    .select({
      job: fineTuningJobs,
      runningMs: sql<number>`(extract(epoch from now() - ${fineTuningJobs.startRequestedAt}) * 1000)::float8`,
    })
    .from(fineTuningJobs)
    .where(held(workspaceId, claim))
    .for("no key update");
  return row && { ...row.job, runningMs: row.runningMs ?? 0 };
}

/**
 * Releases a job and schedules its next turn: after a number of seconds, or at once when a member has requested
 * something since its state was `seen`.
 */
export async function release(
  db: Db,
  workspaceId: string,
  claim: Claim,
  { seen, seconds, attempts }: { seen: JobStatus; seconds: number; attempts: number },
): Promise<void> {
  const later: SQL = sql`case when ${fineTuningJobs.status} = ${seen} then clock_timestamp() + make_interval(secs => ${seconds})
    else clock_timestamp() end`;
  await db
    .update(fineTuningJobs)
    .set({ claimedUntil: null, nextLookAt: later, attempts })
    .where(held(workspaceId, claim));
}

/** Records the model server's id of a file that was sent. The caller has locked the job. */
export async function noteFile(
  db: Db,
  workspaceId: string,
  jobId: string,
  file: { fileId: string; use: "training" | "validation" },
  upstreamId: string | null,
): Promise<void> {
  await db
    .update(fineTuningFiles)
    .set({ upstreamId })
    .where(
      and(
        eq(fineTuningFiles.workspaceId, workspaceId),
        eq(fineTuningFiles.jobId, jobId),
        eq(fineTuningFiles.fileId, file.fileId),
        eq(fineTuningFiles.use, file.use),
      ),
    );
}

/** A checkpoint as the model server reports it; `at` in seconds since 1970. */
export type Checkpoint = {
  step: number;
  at: number;
  trainLoss: number | null;
  validLoss: number | null;
  validMeanTokenAccuracy: number | null;
};

/** Inserts new checkpoints: those after the last stored one. The caller has locked the job. */
export async function keepCheckpoints(db: Db, workspaceId: string, jobId: string, all: Checkpoint[]): Promise<void> {
  if (all.length === 0) return;
  const [last] = await db
    .select({ step: sql<number | null>`max(${fineTuningCheckpoints.step})` })
    .from(fineTuningCheckpoints)
    .where(and(eq(fineTuningCheckpoints.workspaceId, workspaceId), eq(fineTuningCheckpoints.jobId, jobId)));
  const kept = last?.step ?? -1;
  const byStep = new Map(all.filter(({ step }) => step > kept).map((checkpoint) => [checkpoint.step, checkpoint]));
  if (byStep.size === 0) return;
  await db
    .insert(fineTuningCheckpoints)
    .values([...byStep.values()].map(({ at, ...each }) => ({ workspaceId, jobId, at: new Date(at * 1_000), ...each })))
    .onConflictDoNothing();
}

/** An event at the model server; `at` in seconds since 1970. */
export type ForeignEvent = { name: string; data: Record<string, unknown>; at: number };

/**
 * Inserts the events that the model server reports, each once: events with the same name, data and second are the same.
 * The caller has locked the job.
 */
export async function keepEvents(db: Db, workspaceId: string, jobId: string, all: ForeignEvent[]): Promise<void> {
  if (all.length === 0) return;
  const known = await db
    .select({ name: fineTuningEvents.name, data: fineTuningEvents.data, at: fineTuningEvents.at })
    .from(fineTuningEvents)
    .where(and(eq(fineTuningEvents.workspaceId, workspaceId), eq(fineTuningEvents.jobId, jobId)));
  const seen = new Set(known.map((event) => sameness({ ...event, at: event.at.getTime() / 1_000 })));
  for (const event of all) {
    if (seen.has(sameness(event))) continue;
    seen.add(sameness(event));
    await addEvent(db, workspaceId, jobId, event.name, event.data, new Date(event.at * 1_000));
  }
}

/** Returns a text to compare events by, because the database does not keep the order of an object's members. */
const sameness = ({ name, data, at }: ForeignEvent) =>
  JSON.stringify([name, at, Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1))]);

/** A model that a job has created. */
export type Made = { jobId: string; base: string; suffix: string | null; modelServer: string; upstream: string } & {
  contextLength: number | null;
  createdBy: string | null;
  keyId: string | null;
};

/**
 * Inserts the model of a job: `ft:BASE:SUFFIX:DAY:JOB`, for the whole workspace. Undefined when another model has the
 * same name at the model server.
 */
export async function keepModel(db: Db, workspaceId: string, made: Made): Promise<string | undefined> {
  const { base, suffix, jobId, ...rest } = made;
  const [clock] = await db.execute<{ day: string }>(sql`select to_char(now() at time zone 'UTC', 'YYYYMMDD') as day`);
  const day = clock?.day ?? "";
  const id = `ft:${base}:${suffix ?? workspaceId.slice(0, 8)}:${day}:${jobId.slice(0, 8)}`;
  const name = (suffix ?? `${base} ${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`).slice(0, 60);
  const [row] = await db
    .insert(models)
    .values({ workspaceId, id, origin: "fine-tuned", name, base, jobId, ...rest })
    .onConflictDoNothing()
    .returning({ id: models.id });
  return row?.id;
}
