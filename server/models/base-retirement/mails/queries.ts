import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaceFigures } from "@/db/schema/figures";
import { baseRetirements } from "@/db/schema/retirements";
import { usageHourly } from "@/db/schema/usage";

const daysBefore = (days: number) => sql`${baseRetirements.retiresAt} - make_interval(days => ${days})`;

/**
 * Locks a retirement with due mails for this transaction; undefined: there is none, or another transaction has it. For
 * the job, outside of workspaces.
 */
export async function holdDue(db: Db) {
  const [row] = await db
    .select({
      modelId: baseRetirements.modelId,
      retiresAt: baseRetirements.retiresAt,
      successor: baseRetirements.successor,
      afterwards: baseRetirements.afterwards,
      mailedTo: baseRetirements.mailedTo,
      /** Which mails are due: 0 for the announcement, otherwise the number of days before. */
      mailedDays: sql<number>`case when ${baseRetirements.mailedDays} is null then 0 when ${daysBefore(1)} <= now() then 1 else 14 end`,
      isToCome: sql<boolean>`${baseRetirements.retiresAt} > now()`,
    })
    .from(baseRetirements)
    .where(lte(baseRetirements.mailAt, sql`now()`))
    .orderBy(asc(baseRetirements.mailAt))
    .limit(1)
    .for("update", { skipLocked: true });
  return row;
}

/**
 * Returns the next workspaces that used a base model in the last 30 days, by their ids, and the last one that was
 * checked; null: there are no more. At most `limit` are checked.
 */
export async function nextCallers(db: Db, modelId: string, after: string | null, limit: number) {
  await db.execute(sql`select set_config('app.job', 'base-retirements', true)`);
  const used = db
    .select({ id: workspaceFigures.workspaceId })
    .from(workspaceFigures)
    .where(
      and(
        after === null ? undefined : gt(workspaceFigures.workspaceId, after),
        gt(workspaceFigures.lastUsedAt, sql`now() - interval '31 days'`),
      ),
    )
    .orderBy(asc(workspaceFigures.workspaceId))
    .limit(limit)
    .as("used");
  const rows = await db
    .select({
      id: used.id,
      calls: sql<boolean>`exists (select from ${usageHourly} h where h.workspace_id = ${used.id} and h.model = ${modelId}
        and h.hour >= now() - interval '30 days')`,
    })
    .from(used)
    .orderBy(asc(used.id));
  await db.execute(sql`select set_config('app.job', '', true)`);
  return {
    callers: rows.filter(({ calls }) => calls).map(({ id }) => id),
    last: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
  };
}

/**
 * Notes the last workspace that was mailed. Null: all are mailed, and the next mails are due 14 days or 1 day before
 * the retirement.
 */
export async function noteMailed(db: Db, modelId: string, mailedDays: number, last: string | null): Promise<void> {
  await db
    .update(baseRetirements)
    .set(
      last === null
        ? {
            mailedDays,
            mailedTo: null,
            mailAt: sql`case when ${daysBefore(14)} > now() then ${daysBefore(14)} when ${daysBefore(1)} > now() then ${daysBefore(1)} end`,
          }
        : { mailedTo: last },
    )
    .where(eq(baseRetirements.modelId, modelId));
}

/** Stops the mails about a retirement, because its day has come. */
export async function stopMails(db: Db, modelId: string): Promise<void> {
  await db.update(baseRetirements).set({ mailAt: null, mailedTo: null }).where(eq(baseRetirements.modelId, modelId));
}
