import { and, asc, desc, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { fineTuningJobs } from "@/db/schema/fine-tuning";
import { memberships, workspaces } from "@/db/schema/workspaces";
import { restorableDays } from "./input";

const isRestorable = and(
  isNotNull(workspaces.deletedAt),
  isNull(workspaces.purgeBegunAt),
  sql`${workspaces.deletedAt} > now() - make_interval(days => ${restorableDays})`,
);

const isAdmin = (userId: string) =>
  and(eq(memberships.workspaceId, workspaces.id), eq(memberships.userId, userId), eq(memberships.role, "admin"));

/** Lets this transaction see deleted workspaces. Row-level security shows them only to their Admins. */
const showDeleted = (db: Db) => db.execute(sql`select set_config('app.deleted_workspaces', 'mine', true)`);

/**
 * Returns the deleted workspaces that a person may restore, the latest deleted first, at most 50. `daysLeft` is 1 on
 * the last day.
 */
export async function listRestorable(db: Db, userId: string) {
  await showDeleted(db);
  return db
    .select({
      slug: workspaces.slug,
      name: workspaces.name,
      kind: workspaces.kind,
      deletedAt: sql<Date>`${workspaces.deletedAt}`.mapWith(workspaces.deletedAt),
      daysLeft: sql<number>`ceil(extract(epoch from ${workspaces.deletedAt} + make_interval(days => ${restorableDays}) - now()) / 86400)::int`,
    })
    .from(workspaces)
    .innerJoin(memberships, isAdmin(userId))
    .where(isRestorable)
    .orderBy(desc(workspaces.deletedAt))
    .limit(50);
}

/** Returns the id of a deleted workspace that a person may restore, by its slug; undefined: there is none. */
export async function findRestorable(db: Db, userId: string, slug: string): Promise<string | undefined> {
  await showDeleted(db);
  const [row] = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .innerJoin(memberships, isAdmin(userId))
    .where(and(eq(workspaces.slug, slug), isRestorable));
  return row?.id;
}

/**
 * Returns a workspace that can be restored. Must be called inside it, with its lock held. Undefined: it is already live
 * again, or can no longer be restored.
 */
export async function restorable(db: Db, workspaceId: string) {
  const [row] = await db
    .select({ name: workspaces.name, kind: workspaces.kind, createdBy: workspaces.createdBy })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isRestorable));
  return row;
}

/** Restores a deleted workspace. The caller holds its lock and has checked that it is restorable. */
export async function restore(db: Db, workspaceId: string): Promise<void> {
  await db.update(workspaces).set({ deletedAt: null }).where(eq(workspaces.id, workspaceId));
}

/** Locks the creation and restoring of a person's personal workspaces until the transaction ends. */
export async function holdPersonal(db: Db, userId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`workspace of ${userId}`}, 0))`);
}

/** Returns and locks the fine-tuning jobs that must be cancelled when their workspace is deleted. */
export async function holdActiveJobs(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .select({ id: fineTuningJobs.id })
    .from(fineTuningJobs)
    .where(
      and(
        eq(fineTuningJobs.workspaceId, workspaceId),
        isNull(fineTuningJobs.endedAt),
        ne(fineTuningJobs.status, "CANCELLATION_REQUESTED"),
      ),
    )
    .orderBy(asc(fineTuningJobs.id))
    .for("no key update");
  return rows.map(({ id }) => id);
}
