import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";

/** A live key that ends within the next 14 days. */
export type EndingKey = { id: string; name: string; lastFour: string; expiresAt: Date };

/** Returns the keys of a workspace that end within 14 days, soonest first. Keys that have a successor are left out. */
export async function listEnding(db: Db, workspaceId: string, limit: number): Promise<EndingKey[]> {
  return db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      lastFour: apiKeys.lastFour,
      expiresAt: sql`${apiKeys.expiresAt}`.mapWith(apiKeys.createdAt),
    })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        isNull(apiKeys.revokedAt),
        isNull(apiKeys.disabledAt),
        isNull(apiKeys.replacedBy),
        sql`${apiKeys.expiresAt} > now() and ${apiKeys.expiresAt} < now() + interval '14 days'`,
      ),
    )
    .orderBy(asc(apiKeys.expiresAt), asc(apiKeys.id))
    .limit(limit);
}
