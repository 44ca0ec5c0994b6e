import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { fileTotals } from "@/db/schema/files";
import { workspaces } from "@/db/schema/workspaces";

/** The ceilings on a workspace's use, other than money; null: no ceiling. Files are in whole megabytes. */
export type UseCeilings = {
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  keys: number | null;
  members: number | null;
  fileMegabytes: number | null;
};

const megabyte = 1_048_576;

/** Returns a workspace's ceilings on use. */
export async function find(db: Db, workspaceId: string): Promise<UseCeilings> {
  const [row] = await db
    .select({
      requestsPerMinute: workspaces.mostRequestsPerMinute,
      tokensPerMinute: workspaces.mostTokensPerMinute,
      keys: workspaces.mostKeys,
      members: workspaces.mostMembers,
      fileMegabytes: sql`${workspaces.mostFileBytes} / ${megabyte}::bigint`.mapWith((value) =>
        value === null ? null : Number(value),
      ),
    })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row ?? { requestsPerMinute: null, tokensPerMinute: null, keys: null, members: null, fileMegabytes: null };
}

/** Returns the total bytes of a workspace's files that are not deleted. */
export async function fileBytes(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ bytes: fileTotals.bytes })
    .from(fileTotals)
    .where(eq(fileTotals.workspaceId, workspaceId));
  return row?.bytes ?? 0;
}

/** Sets a workspace's ceilings on use, in a transaction inside it, under its lock. */
export async function set(db: Db, workspaceId: string, most: UseCeilings): Promise<void> {
  await db
    .update(workspaces)
    .set({
      mostRequestsPerMinute: most.requestsPerMinute,
      mostTokensPerMinute: most.tokensPerMinute,
      mostKeys: most.keys,
      mostMembers: most.members,
      mostFileBytes: most.fileMegabytes === null ? null : most.fileMegabytes * megabyte,
    })
    .where(eq(workspaces.id, workspaceId));
}
