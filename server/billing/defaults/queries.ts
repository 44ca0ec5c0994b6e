import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaces } from "@/db/schema/workspaces";

/** The default spending limits per month of new members and new keys, in micro-units; null: no limit. */
export type DefaultLimits = { newMemberLimit: number | null; newKeyLimit: number | null };

/** Returns the default limits of a workspace. */
export async function find(db: Db, workspaceId: string): Promise<DefaultLimits> {
  const [row] = await db
    .select({ newMemberLimit: workspaces.newMemberLimit, newKeyLimit: workspaces.newKeyLimit })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row ?? { newMemberLimit: null, newKeyLimit: null };
}

/** Sets the default limits of a workspace. The caller holds the workspace's lock. */
export async function set(db: Db, workspaceId: string, limits: DefaultLimits): Promise<void> {
  await db.update(workspaces).set(limits).where(eq(workspaces.id, workspaceId));
}
