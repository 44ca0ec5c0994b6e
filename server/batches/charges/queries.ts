import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { batchCharges } from "@/db/schema/batches";

/** A day longer than a batch runs at most: no instance has a request of it under way any more. */
const isOld = sql`${batchCharges.at} < now() - interval '8 days'`;

/** Lists workspaces that have old ones, at most `limit`. For the job. */
export async function listOld(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'batch-charges', true)`);
  const rows = await db
    .selectDistinct({ workspaceId: batchCharges.workspaceId })
    .from(batchCharges)
    .where(isOld)
    .limit(limit);
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Forgets old ones of a workspace, at most `limit`. Returns how many. */
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
