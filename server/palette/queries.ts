import { and, asc, desc, eq, ilike, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { memberships } from "@/db/schema/workspaces";
import { escapeLike } from "@/server/api/like";
import { mostOfAKind } from "./input";

/**
 * Returns the members whose name or e-mail address contains the typed text, in the order in which they joined, as the
 * page of members lists them.
 */
export async function members(
  db: Db,
  workspaceId: string,
  search: string,
): Promise<{ userId: string; name: string; email: string }[]> {
  const pattern = `%${escapeLike(search)}%`;
  return db
    .select({ userId: memberships.userId, name: users.name, email: sql<string>`coalesce(${users.email}, '')` })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), or(ilike(users.name, pattern), ilike(users.email, pattern))))
    .orderBy(asc(memberships.joinedAt), asc(memberships.userId))
    .limit(mostOfAKind);
}

/**
 * Returns the keys that are not revoked and whose name contains the typed text or whose id begins with it, the newest
 * first.
 */
export async function keys(
  db: Db,
  workspaceId: string,
  search: string,
): Promise<{ id: string; name: string; lastFour: string }[]> {
  const id = /^(?:atl_)?([0-9A-Za-z]{4,12})(?:_.*)?$/.exec(search)?.[1];
  return db
    .select({ id: apiKeys.id, name: apiKeys.name, lastFour: apiKeys.lastFour })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        isNull(apiKeys.revokedAt),
        or(ilike(apiKeys.name, `%${escapeLike(search)}%`), id ? sql`starts_with(${apiKeys.id}, ${id})` : undefined),
      ),
    )
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(mostOfAKind);
}
