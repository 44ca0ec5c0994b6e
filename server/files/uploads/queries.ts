import { and, asc, eq, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { files, fileUploads } from "@/db/schema/files";

/** Records that the bytes of a file with this id are about to be written. */
export async function begin(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.insert(fileUploads).values({ workspaceId, id });
}

/**
 * Ends an upload whose file is inserted in this transaction. Returns false when it was given up meanwhile: then the
 * file must not be inserted.
 */
export async function finish(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .delete(fileUploads)
    .where(and(one(workspaceId, id), isNull(fileUploads.abandonedAt)))
    .returning({ id: fileUploads.id });
  return rows.length > 0;
}

/**
 * Gives an upload up, so that it cannot become a file and its bytes may be erased. Returns false when the file exists
 * already.
 */
export async function abandon(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(fileUploads)
    .set({ abandonedAt: sql`coalesce(${fileUploads.abandonedAt}, now())` })
    .where(one(workspaceId, id))
    .returning({ id: fileUploads.id });
  if (rows.length > 0) return true;
  const [kept] = await db
    .select({ id: files.id })
    .from(files)
    .where(and(eq(files.workspaceId, workspaceId), eq(files.id, id)));
  return kept === undefined;
}

/** Deletes the record of an upload that was given up, after its bytes are erased. */
export async function forget(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.delete(fileUploads).where(and(one(workspaceId, id), isNotNull(fileUploads.abandonedAt)));
}

/**
 * Lists uploads of all workspaces that were given up, or that have been under way longer than any upload takes, oldest
 * first, at most `limit`. For the job.
 */
export async function listLeft(db: Db, limit: number): Promise<{ workspaceId: string; id: string }[]> {
  await db.execute(sql`select set_config('app.job', 'files', true)`);
  return db
    .select({ workspaceId: fileUploads.workspaceId, id: fileUploads.id })
    .from(fileUploads)
    .where(or(isNotNull(fileUploads.abandonedAt), sql`${fileUploads.begunAt} < now() - interval '2 hours'`))
    .orderBy(asc(fileUploads.begunAt))
    .limit(limit);
}

const one = (workspaceId: string, id: string) => and(eq(fileUploads.workspaceId, workspaceId), eq(fileUploads.id, id));
