import { and, asc, desc, eq, gt, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { batches } from "@/db/schema/batches";
import { files } from "@/db/schema/files";
import { fineTuningFiles, fineTuningJobs, type JobStatus } from "@/db/schema/fine-tuning";

/** A job that reads or has read a file. */
export type JobOfFile = { id: string; model: string; status: JobStatus; createdAt: Date; isUnderWay: boolean };

/** Returns the jobs that read a file, those under way first, then the newest; at most 20. */
export async function jobsOf(db: Db, workspaceId: string, fileId: string): Promise<JobOfFile[]> {
  return db
    .selectDistinct({
      id: fineTuningJobs.id,
      model: fineTuningJobs.model,
      status: fineTuningJobs.status,
      createdAt: fineTuningJobs.createdAt,
      isUnderWay: sql<boolean>`${fineTuningJobs.endedAt} is null`.as("is_under_way"),
    })
    .from(fineTuningFiles)
    .innerJoin(
      fineTuningJobs,
      and(eq(fineTuningJobs.workspaceId, workspaceId), eq(fineTuningJobs.id, fineTuningFiles.jobId)),
    )
    .where(and(eq(fineTuningFiles.workspaceId, workspaceId), eq(fineTuningFiles.fileId, fileId)))
    .orderBy(desc(sql`is_under_way`), desc(fineTuningJobs.createdAt), desc(fineTuningJobs.id))
    .limit(20);
}

/**
 * Deletes a file unless a job or a batch under way reads it. The file is locked first, so that a job created at the
 * same time is either seen here or finds no file. The caller checks the permission.
 */
export async function remove(db: Db, workspaceId: string, id: string): Promise<"removed" | "in_use" | "gone"> {
  const [held] = await db
    .select({ id: files.id })
    .from(files)
    .where(and(one(workspaceId, id), isNull(files.deletedAt)))
    .for("update");
  if (!held) return "gone";
  const [batch] = await db
    .select({ id: batches.id })
    .from(batches)
    .where(and(eq(batches.workspaceId, workspaceId), eq(batches.inputFileId, id), isNull(batches.endedAt)))
    .limit(1);
  if (batch) return "in_use";
  const [user] = await db
    .select({ id: fineTuningJobs.id })
    .from(fineTuningFiles)
    .innerJoin(
      fineTuningJobs,
      and(eq(fineTuningJobs.workspaceId, workspaceId), eq(fineTuningJobs.id, fineTuningFiles.jobId)),
    )
    .where(
      and(eq(fineTuningFiles.workspaceId, workspaceId), eq(fineTuningFiles.fileId, id), isNull(fineTuningJobs.endedAt)),
    )
    .limit(1);
  if (user) return "in_use";
  await db.update(files).set({ deletedAt: sql`now()` }).where(one(workspaceId, id));
  return "removed";
}

/**
 * Expires a person's private files when they delete their account: they are hidden at once, and the job deletes them; a
 * file that a fine-tuning job reads is deleted after that job.
 */
export async function expireOwn(db: Db, workspaceId: string, userId: string): Promise<void> {
  await db
    .update(files)
    .set({ expiresAt: sql`now()` })
    .where(
      and(
        eq(files.workspaceId, workspaceId),
        eq(files.uploadedBy, userId),
        eq(files.visibility, "user"),
        isNull(files.deletedAt),
        or(isNull(files.expiresAt), gt(files.expiresAt, sql`now()`)),
      ),
    );
}

/** Records that all bytes of a deleted file are erased. */
export async function noteErased(db: Db, workspaceId: string, id: string): Promise<void> {
  await db
    .update(files)
    .set({ erasedAt: sql`coalesce(${files.erasedAt}, now())` })
    .where(and(one(workspaceId, id), isNotNull(files.deletedAt)));
}

/** A file whose bytes are to be erased: it is deleted, or has expired and is to be deleted. */
export type DueFile = { workspaceId: string; id: string; filename: string; isDeleted: boolean };

/** Lists such files of all workspaces in the order of their ids, after a given one, at most `limit`. For the job. */
export async function listDue(db: Db, after: string | undefined, limit: number): Promise<DueFile[]> {
  await db.execute(sql`select set_config('app.job', 'files', true)`);
  return db
    .select({
      workspaceId: files.workspaceId,
      id: files.id,
      filename: files.filename,
      isDeleted: sql<boolean>`${files.deletedAt} is not null`,
    })
    .from(files)
    .where(
      and(
        isNull(files.erasedAt),
        or(isNotNull(files.deletedAt), lt(files.expiresAt, sql`now()`)),
        after ? sql`${files.id} > ${after}::uuid` : undefined,
      ),
    )
    .orderBy(asc(files.id))
    .limit(limit);
}

const one = (workspaceId: string, id: string) => and(eq(files.workspaceId, workspaceId), eq(files.id, id));
