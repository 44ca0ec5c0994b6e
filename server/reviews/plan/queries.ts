import { and, asc, eq, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accessReviewPlans } from "@/db/schema/reviews";

/** The first moment of the next quarter, in UTC. */
const nextQuarter = sql`date_trunc('quarter', now() at time zone 'UTC' + interval '3 months') at time zone 'UTC'`;

/** Returns when the next review of a workspace starts; null: none starts by itself. */
export async function find(db: Db, workspaceId: string): Promise<Date | null> {
  const [row] = await db
    .select({ nextAt: accessReviewPlans.nextAt })
    .from(accessReviewPlans)
    .where(eq(accessReviewPlans.workspaceId, workspaceId));
  return row?.nextAt ?? null;
}

/** Sets whether access is reviewed every quarter, from the next one on. False: nothing has changed. */
export async function set(db: Db, workspaceId: string, isQuarterly: boolean): Promise<boolean> {
  const rows = isQuarterly
    ? await db
        .insert(accessReviewPlans)
        .values({ workspaceId, nextAt: nextQuarter })
        .onConflictDoNothing()
        .returning({ nextAt: accessReviewPlans.nextAt })
    : await db
        .delete(accessReviewPlans)
        .where(eq(accessReviewPlans.workspaceId, workspaceId))
        .returning({ nextAt: accessReviewPlans.nextAt });
  return rows.length > 0;
}

/** Returns the workspaces whose review must start, at most `limit`, the longest due first. For the job. */
export async function listDue(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'access-reviews', true)`);
  const rows = await db
    .select({ workspaceId: accessReviewPlans.workspaceId })
    .from(accessReviewPlans)
    .where(lte(accessReviewPlans.nextAt, sql`now()`))
    .orderBy(asc(accessReviewPlans.nextAt))
    .limit(limit);
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Claims the start of a review for this transaction. False: another transaction has it, or it is not due any more. */
export async function claim(db: Db, workspaceId: string): Promise<boolean> {
  const rows = await db
    .update(accessReviewPlans)
    .set({ nextAt: nextQuarter })
    .where(and(eq(accessReviewPlans.workspaceId, workspaceId), lte(accessReviewPlans.nextAt, sql`now()`)))
    .returning({ nextAt: accessReviewPlans.nextAt });
  return rows.length > 0;
}
