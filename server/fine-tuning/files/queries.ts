import { and, asc, desc, eq, inArray, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { files } from "@/db/schema/files";
import { fineTuningFiles } from "@/db/schema/fine-tuning";

/** Returns the condition for files that a person may see: those shared with the workspace, and their own. */
const visibleTo = (userId: string | null) =>
  or(eq(files.visibility, "workspace"), userId === null ? undefined : eq(files.uploadedBy, userId));

const isThere = sql`${files.deletedAt} is null and (${files.expiresAt} is null or ${files.expiresAt} > now())`;

/** Returns the files that a job reads. Of a file that the person may not see, it returns only that there is one. */
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
 * Returns those of these files that exist and that a person may see; null: a service key. `isHeld` locks them against
 * deletion until the transaction ends.
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
    .where(and(eq(files.workspaceId, workspaceId), eq(files.purpose, "fine-tune"), visibleTo(userId), isThere))
    .orderBy(desc(files.createdAt), desc(files.id))
    .limit(200);
}
