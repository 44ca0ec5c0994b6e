import { and, asc, eq, isNotNull, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { models } from "@/db/schema/models";

/** Returns deleted models of all workspaces that must be deleted at their model servers now. */
export async function listDue(db: Db, limit: number): Promise<{ workspaceId: string; id: string }[]> {
  await db.execute(sql`select set_config('app.job', 'models', true)`);
  return db
    .select({ workspaceId: models.workspaceId, id: models.id })
    .from(models)
    .where(lte(models.eraseAfter, sql`now()`))
    .orderBy(asc(models.eraseAfter))
    .limit(limit);
}

/**
 * Claims a model for five minutes. Then it is due again unless `finish` was called. Attempts stop after a week.
 * Undefined: another worker has claimed it.
 */
export async function claim(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .update(models)
    .set({
      eraseAfter: sql`case when ${models.deletedAt} > now() - interval '7 days' then now() + interval '5 minutes' end`,
    })
    .where(and(one(workspaceId, id), isNotNull(models.deletedAt), lte(models.eraseAfter, sql`now()`)))
    .returning({ modelServer: models.modelServer, upstream: models.upstream });
  return row;
}

/** Notes that a model was deleted at its server. */
export async function finish(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.update(models).set({ eraseAfter: null }).where(one(workspaceId, id));
}

const one = (workspaceId: string, id: string) => and(eq(models.workspaceId, workspaceId), eq(models.id, id));
