import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { isLiveMembership, memberships, workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";

/** Whether a workspace can be used. */
export type WorkspaceState = "live" | "deleted" | "suspended";

const stateOf = sql<WorkspaceState>`case when ${workspaces.deletedAt} is not null then 'deleted'
  when ${workspaces.suspendedAt} is not null then 'suspended' else 'live' end`;

/**
 * Returns whether and how the key that created a batch has ended, by the database's clock; undefined when there is no
 * such key. `end` null: the key is active.
 */
export async function keyEnd(db: Db, workspaceId: string, keyId: string) {
  const [row] = await db
    .select({
      name: apiKeys.name,
      workspace: stateOf,
      end: sql<"revoked" | "disabled" | "expired" | null>`case when ${apiKeys.revokedAt} is not null then 'revoked'
        when ${apiKeys.disabledAt} is not null then 'disabled'
        when least(${apiKeys.expiresAt}, ${apiKeys.stopsAt}) <= now() then 'expired' end`,
    })
    .from(apiKeys)
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, keyId)));
  return row;
}

/**
 * Returns the current state of the person who created a batch in its workspace. `role` null: they are not a member, or
 * an operator has deactivated them.
 */
export async function memberState(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ workspace: WorkspaceState; role: Role | null } | undefined> {
  const [row] = await db
    .select({
      workspace: stateOf,
      role: sql<Role | null>`case when ${users.deactivatedAt} is null and ${users.deletedAt} is null then ${memberships.role} end`,
    })
    .from(workspaces)
    .leftJoin(
      memberships,
      and(eq(memberships.workspaceId, workspaces.id), eq(memberships.userId, userId), isLiveMembership),
    )
    .leftJoin(users, eq(users.id, memberships.userId))
    .where(eq(workspaces.id, workspaceId));
  return row;
}
