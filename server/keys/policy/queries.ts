import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaces } from "@/db/schema/workspaces";

/** Returns how many days a key of the workspace may live at most; null: without end. */
export async function maximumDays(db: Db, workspaceId: string): Promise<number | null> {
  const [row] = await db
    .select({ days: workspaces.maximumKeyDays })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)));
  return row?.days ?? null;
}

/** Sets how many days a key may live at most from now on. The caller holds the workspace's lock. */
export async function setMaximumDays(db: Db, workspaceId: string, days: number | null): Promise<void> {
  await db.update(workspaces).set({ maximumKeyDays: days }).where(eq(workspaces.id, workspaceId));
}
