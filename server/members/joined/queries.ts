import { and, desc, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";

/** A member as short lists show them. */
export type Newcomer = { userId: string; name: string; avatar: string | null; role: Role; joinedAt: Date };

/** Returns the members who joined in the last 30 days, the latest first. */
export async function listNewest(db: Db, workspaceId: string, limit: number): Promise<Newcomer[]> {
  return db
    .select({
      userId: memberships.userId,
      name: users.name,
      avatar: users.avatar,
      role: memberships.role,
      joinedAt: memberships.joinedAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        isLiveMembership,
        sql`${memberships.joinedAt} > now() - interval '30 days'`,
      ),
    )
    .orderBy(desc(memberships.joinedAt), desc(memberships.userId))
    .limit(limit);
}
