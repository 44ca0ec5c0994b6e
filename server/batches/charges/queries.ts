import { and, eq, notExists, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { batchCharges, batchLines } from "@/db/schema/batches";

/** A day more than the longest batch: after that no instance has a request of the batch under way. */
const isOld = sql`${batchCharges.at} < now() - interval '8 days'`;

/** Lists workspaces with old records, at most `limit`. For the job. */
export async function listOld(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'batch-charges', true)`);
  const rows = await db
    .selectDistinct({ workspaceId: batchCharges.workspaceId })
    .from(batchCharges)
    .where(isOld)
    .limit(limit);
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Deletes old records of a workspace, at most `limit`. Returns how many. */
export async function forgetOld(db: Db, workspaceId: string, limit: number): Promise<number> {
  const old = db
    .select({ batchId: batchCharges.batchId, line: batchCharges.line })
    .from(batchCharges)
    .where(and(eq(batchCharges.workspaceId, workspaceId), isOld))
    .limit(limit);
  const rows = await db
    .delete(batchCharges)
    .where(
      and(eq(batchCharges.workspaceId, workspaceId), sql`(${batchCharges.batchId}, ${batchCharges.line}) in (${old})`),
    )
    .returning({ line: batchCharges.line });
  return rows.length;
}

export const chargesOf = (workspaceId: string, batchId: string) =>
  and(eq(batchCharges.workspaceId, workspaceId), eq(batchCharges.batchId, batchId));

/** The total usage of a batch's lines. */
export type UsedByBatch = { promptTokens: number; completionTokens: number; cost: number };

/** Returns the total that a batch's lines were charged. */
export async function chargedIn(db: Db, workspaceId: string, batchId: string): Promise<UsedByBatch> {
  const { promptTokens, completionTokens, cost } = batchCharges;
  const sumOf = (column: typeof promptTokens | typeof completionTokens | typeof cost) =>
    sql`coalesce(sum(${column}), 0)`.mapWith(Number);
  const [sums] = await db
    .select({ promptTokens: sumOf(promptTokens), completionTokens: sumOf(completionTokens), cost: sumOf(cost) })
    .from(batchCharges)
    .where(chargesOf(workspaceId, batchId));
  return sums ?? { promptTokens: 0, completionTokens: 0, cost: 0 };
}

/** Checks whether a batch has answers without a recorded charge. */
export async function hasUnnoted(db: Db, workspaceId: string, batchId: string): Promise<boolean> {
  const noted = db
    .select({ line: batchCharges.line })
    .from(batchCharges)
    .where(and(chargesOf(workspaceId, batchId), eq(batchCharges.line, batchLines.line)));
  const [unnoted] = await db
    .select({ line: batchLines.line })
    .from(batchLines)
    .where(
      and(
        eq(batchLines.workspaceId, workspaceId),
        eq(batchLines.batchId, batchId),
        eq(batchLines.isError, false),
        notExists(noted),
      ),
    )
    .limit(1);
  return unnoted !== undefined;
}
