import { and, count, eq, gt, gte, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { usageLedger } from "@/db/schema/usage";

/**
 * Revokes a key. An Admin may also revoke a key that its maker has revoked and could still restore; then only an
 * Admin can restore it. Returns false when the key has ended already.
 */
export async function revoke(db: Db, workspaceId: string, id: string, byAdmin: boolean): Promise<boolean> {
  const rows = await db
    .update(apiKeys)
    .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, now())`, revokedByAdmin: byAdmin })
    .where(
      and(
        one(workspaceId, id),
        byAdmin
          ? or(isNull(apiKeys.revokedAt), and(eq(apiKeys.revokedByAdmin, false), isRestorable))
          : isNull(apiKeys.revokedAt),
      ),
    )
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}

/** Undoes a revocation of the last hour. Returns false when there is none. */
export async function restore(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(apiKeys)
    .set({ revokedAt: null, revokedByAdmin: false })
    .where(and(one(workspaceId, id), isRestorable))
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}

/**
 * Disables a key. An Admin may also disable a key that its maker has disabled; then only an Admin can enable it.
 * Returns false when the key is disabled or revoked already.
 */
export async function disable(db: Db, workspaceId: string, id: string, byAdmin: boolean): Promise<boolean> {
  const rows = await db
    .update(apiKeys)
    .set({
      disabledAt: sql`coalesce(${apiKeys.disabledAt}, now())`,
      disabledBecause: "person",
      disabledByAdmin: byAdmin,
    })
    .where(
      and(
        one(workspaceId, id),
        isNull(apiKeys.revokedAt),
        byAdmin
          ? or(
              isNull(apiKeys.disabledAt),
              and(eq(apiKeys.disabledBecause, "person"), eq(apiKeys.disabledByAdmin, false)),
            )
          : isNull(apiKeys.disabledAt),
      ),
    )
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}

/** Enables a key that a person disabled. Returns false when no person has, or when the key is revoked. */
export async function enable(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(apiKeys)
    .set({ disabledAt: null, disabledBecause: null, disabledByAdmin: false })
    .where(
      and(
        one(workspaceId, id),
        isNull(apiKeys.revokedAt),
        isNotNull(apiKeys.disabledAt),
        eq(apiKeys.disabledBecause, "person"),
      ),
    )
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}

/**
 * Marks a key as replaced by another. The old key stays valid for this many hours, but never longer than it would
 * have been. Returns its new end, or undefined when it was replaced or revoked before.
 */
export async function replace(
  db: Db,
  workspaceId: string,
  id: string,
  by: { id: string; overlapHours: number },
): Promise<{ expiresAt: Date | null } | undefined> {
  const [row] = await db
    .update(apiKeys)
    .set({
      replacedBy: by.id,
      expiresAt: sql`least(${apiKeys.expiresAt}, now() + make_interval(hours => ${by.overlapHours}))`,
    })
    .where(and(one(workspaceId, id), isNull(apiKeys.replacedBy), isNull(apiKeys.revokedAt)))
    .returning({ expiresAt: apiKeys.expiresAt });
  return row;
}

/**
 * Ends the keys that this key has taken over from, even during their overlap or while they could still be restored.
 * Returns their ids.
 */
export async function endPredecessors(db: Db, workspaceId: string, id: string): Promise<string[]> {
  const rows = await db
    .update(apiKeys)
    .set({ expiresAt: sql`now()` })
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        eq(apiKeys.replacedBy, id),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`)),
      ),
    )
    .returning({ id: apiKeys.id });
  return rows.map((row) => row.id);
}

/** Returns how many requests of a key were settled in the last hour. */
export async function requestsLastHour(db: Db, workspaceId: string, id: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(usageLedger)
    .where(
      and(
        eq(usageLedger.workspaceId, workspaceId),
        eq(usageLedger.keyId, id),
        gt(usageLedger.at, sql`now() - interval '1 hour'`),
      ),
    );
  return row?.n ?? 0;
}

/** The first request with a key, which the page of the new key waits for. */
export type FirstRequest = { at: Date; status: number; errorCode: string | null; totalMs: number };

/** Returns the first settled request since the key was made; undefined: none yet. */
export async function firstRequest(
  db: Db,
  workspaceId: string,
  id: string,
  createdAt: Date,
): Promise<FirstRequest | undefined> {
  const [row] = await db
    .select({
      at: usageLedger.at,
      status: usageLedger.status,
      errorCode: usageLedger.errorCode,
      totalMs: usageLedger.totalMs,
    })
    .from(usageLedger)
    .where(and(eq(usageLedger.workspaceId, workspaceId), eq(usageLedger.keyId, id), gte(usageLedger.at, createdAt)))
    .orderBy(usageLedger.at)
    .limit(1);
  return row;
}

const one = (workspaceId: string, id: string) => and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id));

const isRestorable = gt(apiKeys.revokedAt, sql`clock_timestamp() - interval '1 hour'`);
