import { and, asc, eq, getTableName, isNull, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { workspaceFigures } from "@/db/schema/figures";
import { fineTuningJobs } from "@/db/schema/fine-tuning";
import { mailOutbox } from "@/db/schema/mail";
import { users } from "@/db/schema/people";
import { workspaces } from "@/db/schema/workspaces";
import { isCeilingReached } from "../figures/queries";

/** Up to this many rows are counted; more are estimated from the database's statistics. */
const mostCounted = 10_000;

/** A number of rows; above 10,000 an estimate. */
export type Count = { count: number; isEstimate: boolean };

/** Counts the workspaces and the people that are not deleted. */
export async function counts(db: Db): Promise<{ workspaces: Count; people: Count }> {
  const [ofWorkspaces, ofPeople] = await Promise.all([
    counted(db, workspaces, sql`deleted_at is null`),
    counted(db, users, sql`deleted_at is null`),
  ]);
  return { workspaces: ofWorkspaces, people: ofPeople };
}

async function counted(db: Db, table: PgTable, isThere: SQL): Promise<Count> {
  const [row] = await db.execute<{ count: number; estimate: number }>(sql`
    select (select count(*)::int from (select from ${table} where ${isThere} limit ${mostCounted + 1}) counted) as count,
      (select greatest(c.reltuples, 0)::float8 from pg_class c where c.oid = to_regclass(${getTableName(table)})) as estimate`);
  const { count = 0, estimate = 0 } = row ?? {};
  if (count <= mostCounted) return { count, isEstimate: false };
  return { count: Math.max(count, Math.round(estimate)), isEstimate: true };
}

/** Returns the version and the time of the database server. */
export async function database(db: Db): Promise<{ version: string; now: Date }> {
  const [row] = await db.execute<{ version: string; ms: number }>(sql`
    select split_part(current_setting('server_version'), ' ', 1) as version, (extract(epoch from now()) * 1000)::float8 as ms`);
  return { version: row?.version ?? "", now: new Date(row?.ms ?? 0) };
}

/**
 * Returns how many mails wait and how long the oldest has, how many were given up in the last 24 hours, and why the
 * latest of them was.
 */
export async function mail(db: Db) {
  const [row] = await db.execute<{
    queued: number;
    oldestSeconds: number;
    failed: number;
    lastError: string | null;
  }>(sql`
    select (select count(*)::int from ${mailOutbox} where ${mailOutbox.status} = 'queued') as queued,
      (select coalesce(extract(epoch from now() - min(${mailOutbox.createdAt})), 0)::float8 from ${mailOutbox}
        where ${mailOutbox.status} = 'queued') as "oldestSeconds",
      (select count(*)::int from ${mailOutbox} where ${mailOutbox.status} = 'failed'
        and ${mailOutbox.settledAt} > now() - interval '24 hours') as failed,
      (select ${mailOutbox.lastError} from ${mailOutbox} where ${mailOutbox.status} = 'failed'
        and ${mailOutbox.settledAt} > now() - interval '24 hours' order by ${mailOutbox.settledAt} desc limit 1) as "lastError"`);
  return row ?? { queued: 0, oldestSeconds: 0, failed: 0, lastError: null };
}

/** Counts the fine-tuning jobs that have not ended. */
export async function trainings(db: Db): Promise<number> {
  const [row] = await db
    .select({ n: sql`count(*)`.mapWith(Number) })
    .from(fineTuningJobs)
    .where(isNull(fineTuningJobs.endedAt));
  return row?.n ?? 0;
}

/** Returns the workspaces that have used up a ceiling now, by name, at most 11. */
export async function atCeiling(db: Db): Promise<{ slug: string; name: string }[]> {
  return db
    .select({ slug: workspaces.slug, name: workspaces.name })
    .from(workspaceFigures)
    .innerJoin(workspaces, and(eq(workspaces.id, workspaceFigures.workspaceId), isNull(workspaces.deletedAt)))
    .where(and(eq(workspaceFigures.isCeilingReached, true), isCeilingReached(sql`${workspaceFigures.workspaceId}`)))
    .orderBy(asc(workspaces.name))
    .limit(11);
}
