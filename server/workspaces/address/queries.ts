import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { memberships, workspaceSlugs, workspaces } from "@/db/schema/workspaces";
import { isTaken } from "../queries";

/** The slug that a person's live workspace has now which once had this one; undefined when they are in none. */
export async function presentSlug(db: Db, userId: string, former: string): Promise<string | undefined> {
  const [row] = await db
    .select({ slug: workspaces.slug })
    .from(workspaceSlugs)
    .innerJoin(workspaces, and(eq(workspaces.id, workspaceSlugs.workspaceId), isNull(workspaces.deletedAt)))
    .innerJoin(memberships, and(eq(memberships.workspaceId, workspaces.id), eq(memberships.userId, userId)))
    .where(eq(workspaceSlugs.slug, former));
  return row?.slug;
}

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
