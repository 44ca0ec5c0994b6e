import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaces } from "@/db/schema/workspaces";
import { isTaken } from "../queries";

/**
 * Gives a workspace another slug; its former ones stay its own. False when another workspace has it or had it: the
 * database decides, and a savepoint keeps the refusal from ending the transaction. The caller holds the workspace's lock.
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
