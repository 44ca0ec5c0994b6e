import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaceFigures } from "@/db/schema/figures";
import { baseRetirements } from "@/db/schema/retirements";
import { usageHourly } from "@/db/schema/usage";

const daysBefore = (days: number) => sql`${baseRetirements.retiresAt} - make_interval(days => ${days})`;

/** Holds a retirement of which mails are due for this transaction; undefined: there is none that no other has. For the job, in no workspace. */
export async function holdDue(db: Db) {
  const [row] = await db
    .select({
      modelId: baseRetirements.modelId,
      retiresAt: baseRetirements.retiresAt,
      successor: baseRetirements.successor,
      afterwards: baseRetirements.afterwards,
      mailedTo: baseRetirements.mailedTo,
      /** Which mails these are: the announcement, or how many days before. */
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
 * Returns the next workspaces that called a base model in the last 30 days, in the order of their ids, and the last one that was looked at; null:
 * that was all. At most `limit` are looked at.
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

/** Notes how far these mails have come. With null all who are to have them do: the next are due 14 days before the day, then one. */
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

/** Sends no mails about a retirement any more: its day has come. */
export async function stopMails(db: Db, modelId: string): Promise<void> {
  await db.update(baseRetirements).set({ mailAt: null, mailedTo: null }).where(eq(baseRetirements.modelId, modelId));
}
