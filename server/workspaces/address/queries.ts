import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaces } from "@/db/schema/workspaces";
import { isTaken } from "../queries";

/**
 * Changes a workspace's slug; its former slugs stay reserved for it. False: another workspace has or had this slug. The
 * database decides that, and a savepoint keeps its error from ending the transaction. The caller holds the workspace's
 * lock.
 */
export async function setSlug(db: Db, workspaceId: string, slug: string): Promise<boolean> {
  try {
    await db.transaction(async (tx) => {
      await tx.update(workspaces).set({ slug }).where(eq(workspaces.id, workspaceId));
    });
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}
