import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { fileTotals } from "@/db/schema/files";
import { workspaces } from "@/db/schema/workspaces";

/** A ceiling, set by operators (null: none), and the current number. Files are in whole megabytes. */
export type Counted = { most: number | null; used: number };

const megabyte = sql.raw("1048576");
/** The most keys that are counted: above any ceiling the exact number is not needed. */
const mostCounted = sql.raw("100000");

/**
 * Returns the ceilings on a workspace's keys, members and files, with the current numbers. Keys are counted in the same
 * way as when the ceiling is enforced.
 */
export async function counts(db: Db, workspaceId: string): Promise<Record<"keys" | "members" | "files", Counted>> {
  const [row] = await db
    .select({
      mostKeys: workspaces.mostKeys,
      mostMembers: workspaces.mostMembers,
      mostFiles: sql`${workspaces.mostFileBytes} / ${megabyte}`.mapWith(orNull),
      keys: sql`case when ${workspaces.mostKeys} is null then 0 else (select count(*) from (select from api_keys k
        where k.workspace_id = workspaces.id and k.revoked_at is null and coalesce(k.expires_at > now(), true)
        and k.replaced_by is null limit ${mostCounted}) counted) end`.mapWith(Number),
      members: workspaces.memberCount,
      files: sql`ceil(coalesce(${fileTotals.bytes}, 0)::numeric / ${megabyte})`.mapWith(Number),
    })
    .from(workspaces)
    .leftJoin(fileTotals, eq(fileTotals.workspaceId, workspaces.id))
    .where(eq(workspaces.id, workspaceId));
  return {
    keys: { most: row?.mostKeys ?? null, used: row?.keys ?? 0 },
    members: { most: row?.mostMembers ?? null, used: row?.members ?? 0 },
    files: { most: row?.mostFiles ?? null, used: row?.files ?? 0 },
  };
}

const orNull = (value: unknown) => (value === null ? null : Number(value));
