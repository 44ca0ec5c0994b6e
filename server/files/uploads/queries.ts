import { and, asc, eq, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { files, fileUploads } from "@/db/schema/files";

/** Notes that a file of this id is about to be written. */
export async function begin(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.insert(fileUploads).values({ workspaceId, id });
}

/** Ends an upload that becomes a file in this transaction: false when it was given up meanwhile, and must not. */
export async function finish(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .delete(fileUploads)
    .where(and(one(workspaceId, id), isNull(fileUploads.abandonedAt)))
    .returning({ id: fileUploads.id });
  return rows.length > 0;
}

/**
 * Gives an upload up, so that it can become a file no more: what it wrote may be taken away then. False when there is such a
 * file already.
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

/** Forgets an upload that was given up, once nothing of it is left. */
export async function forget(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.delete(fileUploads).where(and(one(workspaceId, id), isNotNull(fileUploads.abandonedAt)));
}

/**
 * Uploads in whichever workspaces that were given up, or have been under way for longer than any takes, the oldest first, at
 * most `limit`. For the job.
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
