import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { workspaces } from "@/db/schema/workspaces";

/**
 * Returns the workspace's ceiling of keys if it is reached; null: there is room for one more. Revoked and expired
 * keys do not count, nor do keys that have a successor. The result is only certain while the workspace's lock is
 * held.
 */
export async function reached(db: Db, workspaceId: string): Promise<number | null> {
  const [row] = await db
    .select({ most: workspaces.mostKeys })
    .from(workspaces)
    .where(
      and(
        eq(workspaces.id, workspaceId),
        sql`(select count(*) from (select from ${apiKeys} k where k.workspace_id = workspaces.id and k.revoked_at is null
          and coalesce(k.expires_at > now(), true) and k.replaced_by is null limit workspaces.most_keys) counted) >= workspaces.most_keys`,
      ),
    );
  return row?.most ?? null;
}
