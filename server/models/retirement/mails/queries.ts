import { and, asc, eq, gt, isNull, lte, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { modelShares } from "@/db/schema/models";
import { modelRetirements } from "@/db/schema/retirements";

const one = (workspaceId: string, modelId: string) =>
  and(eq(modelRetirements.workspaceId, workspaceId), eq(modelRetirements.modelId, modelId));

/** Returns the workspaces that a model is shared with, at most 100. */
export async function sharedWith(db: Db, workspaceId: string, modelId: string): Promise<string[]> {
  const rows = await db
    .select({ id: modelShares.toWorkspaceId })
    .from(modelShares)
    .where(
      and(
        eq(modelShares.workspaceId, workspaceId),
        eq(modelShares.modelId, modelId),
        or(isNull(modelShares.endsAt), gt(modelShares.endsAt, sql`now()`)),
      ),
    )
    .orderBy(asc(modelShares.toWorkspaceId))
    .limit(100);
  return rows.map(({ id }) => id);
}

/** Returns the retirements with due mails in all workspaces, at most `limit`. For the job. */
export async function listDue(db: Db, limit: number): Promise<{ workspaceId: string; modelId: string }[]> {
  await db.execute(sql`select set_config('app.job', 'model-retirements', true)`);
  return db
    .select({ workspaceId: modelRetirements.workspaceId, modelId: modelRetirements.modelId })
    .from(modelRetirements)
    .where(lte(modelRetirements.mailAt, sql`now()`))
    .orderBy(asc(modelRetirements.mailAt))
    .limit(limit);
}

const daysBefore = (days: number) => sql`${modelRetirements.retiresAt} - make_interval(days => ${days})`;

/**
 * Claims a due mail for this transaction, and sets when the next is due: 14 days before the end, then 1 day. Past dates
 * are left out. Undefined: another transaction has it, or it is not due any more.
 */
export async function claimMail(db: Db, workspaceId: string, modelId: string) {
  const [row] = await db
    .update(modelRetirements)
    .set({
      mailedDays: sql`case when ${modelRetirements.mailedDays} is null then 0
        when ${daysBefore(1)} <= now() then 1 else 14 end`,
      mailAt: sql`case when ${daysBefore(14)} > now() then ${daysBefore(14)} when ${daysBefore(1)} > now() then ${daysBefore(1)} end`,
    })
    .where(
      and(
        one(workspaceId, modelId),
        lte(modelRetirements.mailAt, sql`now()`),
        gt(modelRetirements.retiresAt, sql`now()`),
      ),
    )
    .returning({
      retiresAt: modelRetirements.retiresAt,
      successor: modelRetirements.successor,
      afterwards: modelRetirements.afterwards,
      mailedDays: modelRetirements.mailedDays,
    });
  return row;
}

/** Stops the mails about a retirement, because its day has come or its model is gone. */
export async function stopMails(db: Db, workspaceId: string, modelId: string): Promise<void> {
  await db.update(modelRetirements).set({ mailAt: null }).where(one(workspaceId, modelId));
}
