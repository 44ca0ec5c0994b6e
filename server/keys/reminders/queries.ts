import { and, asc, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";

/**
 * Lists keys that end within 7 days or 1 day and whose reminder for that was not sent, in all workspaces, at most
 * `limit`. For the job that reminds.
 */
export async function listDue(db: Db, limit: number): Promise<{ workspaceId: string; id: string }[]> {
  await db.execute(sql`select set_config('app.job', 'key-reminders', true)`);
  return db
    .select({ workspaceId: apiKeys.workspaceId, id: apiKeys.id })
    .from(apiKeys)
    .where(isDue())
    .orderBy(asc(apiKeys.expiresAt))
    .limit(limit);
}

/** A key that ends soon, as the reminder describes it. */
export type Ending = {
  id: string;
  name: string;
  lastFour: string;
  createdBy: string;
  isService: boolean;
  expiresAt: Date | null;
  /** Days before the end of the last reminder: 7 or 1. */
  remindedDays: number | null;
};

/**
 * Locks a due reminder for this transaction. Undefined when another transaction has it, or when it is no longer due.
 */
export async function claim(db: Db, workspaceId: string, id: string): Promise<Ending | undefined> {
  const [row] = await db
    .update(apiKeys)
    .set({ remindedDays: sql`case when ${apiKeys.expiresAt} <= now() + interval '1 day' then 1 else 7 end` })
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id), isDue()))
    .returning({
      id: apiKeys.id,
      name: apiKeys.name,
      lastFour: apiKeys.lastFour,
      createdBy: apiKeys.createdBy,
      isService: apiKeys.isService,
      expiresAt: apiKeys.expiresAt,
      remindedDays: apiKeys.remindedDays,
    });
  return row;
}

function isDue() {
  const ends = (within: string) =>
    and(gt(apiKeys.expiresAt, sql`now()`), sql`${apiKeys.expiresAt} <= now() + ${within}::interval`);
  return and(
    isNull(apiKeys.revokedAt),
    isNull(apiKeys.disabledAt),
    isNull(apiKeys.replacedBy),
    or(
      and(ends("7 days"), isNull(apiKeys.remindedDays)),
      and(ends("1 day"), or(isNull(apiKeys.remindedDays), gt(apiKeys.remindedDays, 1))),
    ),
  );
}
