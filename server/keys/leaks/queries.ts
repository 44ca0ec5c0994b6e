import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";

/** A key that was just disabled because it was found in public. */
export type Leaked = { id: string; name: string; lastFour: string; createdBy: string; isService: boolean };

/**
 * Disables a key because it was found in public, even if it is disabled or revoked already, so that it cannot be
 * enabled again. Undefined when the leak was known before.
 */
export async function markLeaked(db: Db, workspaceId: string, id: string): Promise<Leaked | undefined> {
  const [row] = await db
    .update(apiKeys)
    .set({ disabledAt: sql`coalesce(${apiKeys.disabledAt}, now())`, disabledBecause: "leaked" })
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        eq(apiKeys.id, id),
        sql`${apiKeys.disabledBecause} is distinct from 'leaked'`,
      ),
    )
    .returning({
      id: apiKeys.id,
      name: apiKeys.name,
      lastFour: apiKeys.lastFour,
      createdBy: apiKeys.createdBy,
      isService: apiKeys.isService,
    });
  return row;
}
