import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaces } from "@/db/schema/workspaces";

/** The policy of a workspace. `seats` null: no limit. */
export type Policy = Pick<typeof workspaces.$inferSelect, "defaultRole" | "keyCreators" | "seats" | "responseDays">;

/**
 * Returns a workspace's policy, its kind, the number of taken seats, and the operators' ceiling of members. The result
 * is certain only while the workspace's lock is held.
 */
export async function find(
  db: Db,
  workspaceId: string,
): Promise<
  | (Policy & {
      kind: "personal" | "organization";
      memberCount: number;
      mostMembers: number | null;
      suspendedAt: Date | null;
    })
  | undefined
> {
  const [row] = await db
    .select({
      kind: workspaces.kind,
      suspendedAt: workspaces.suspendedAt,
      memberCount: workspaces.memberCount,
      mostMembers: workspaces.mostMembers,
      defaultRole: workspaces.defaultRole,
      keyCreators: workspaces.keyCreators,
      seats: workspaces.seats,
      responseDays: workspaces.responseDays,
    })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row;
}

/** Changes a workspace's policy. The caller holds its lock and has checked that no more seats are taken. */
export async function set(db: Db, workspaceId: string, policy: Partial<Policy>): Promise<void> {
  await db.update(workspaces).set(policy).where(eq(workspaces.id, workspaceId));
}
