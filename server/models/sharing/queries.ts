import { and, asc, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { modelShares, models } from "@/db/schema/models";
import { memberships, workspaces } from "@/db/schema/workspaces";
import { rolesWith } from "@/server/access/permissions";

/** Returns the other workspaces in which a person may manage models, by name, at most 100. */
export async function targets(db: Db, userId: string, exceptWorkspaceId: string) {
  return db
    .select({ slug: workspaces.slug, name: workspaces.name })
    .from(memberships)
    .innerJoin(workspaces, and(eq(workspaces.id, memberships.workspaceId), isNull(workspaces.deletedAt)))
    .where(
      and(
        eq(memberships.userId, userId),
        inArray(memberships.role, rolesWith("model:manage")),
        sql`${workspaces.id} <> ${exceptWorkspaceId}`,
      ),
    )
    .orderBy(asc(sql`lower(${workspaces.name})`), asc(workspaces.id))
    .limit(100);
}

/** Returns the workspaces that a model is shared with, by name, at most 100. */
export async function sharesOf(db: Db, workspaceId: string, modelId: string) {
  return db
    .select({
      workspaceId: workspaces.id,
      slug: workspaces.slug,
      name: workspaces.name,
      createdAt: modelShares.createdAt,
      endsAt: modelShares.endsAt,
    })
    .from(modelShares)
    .innerJoin(workspaces, and(eq(workspaces.id, modelShares.toWorkspaceId), isNull(workspaces.deletedAt)))
    .where(and(ofModel(workspaceId, modelId), or(isNull(modelShares.endsAt), gt(modelShares.endsAt, sql`now()`))))
    .orderBy(asc(sql`lower(${workspaces.name})`), asc(workspaces.id))
    .limit(100);
}

/**
 * Returns a model that another workspace shares with this one, with that workspace's name; undefined: there is none.
 */
export async function sharedWith(db: Db, workspaceId: string, modelId: string) {
  const [row] = await db
    .select({
      id: models.id,
      origin: models.origin,
      name: models.name,
      description: models.description,
      base: models.base,
      modelServer: models.modelServer,
      upstream: models.upstream,
      contextLength: models.contextLength,
      createdAt: models.createdAt,
      sharedBy: workspaces.name,
      endsAt: modelShares.endsAt,
    })
    .from(modelShares)
    .innerJoin(models, and(eq(models.workspaceId, modelShares.workspaceId), eq(models.id, modelShares.modelId)))
    .innerJoin(workspaces, and(eq(workspaces.id, modelShares.workspaceId), isNull(workspaces.deletedAt)))
    .where(
      and(
        eq(modelShares.toWorkspaceId, workspaceId),
        eq(modelShares.modelId, modelId),
        or(isNull(modelShares.endsAt), gt(modelShares.endsAt, sql`now()`)),
        isNull(models.deletedAt),
        isNull(models.archivedAt),
      ),
    );
  return row;
}

/**
 * Shares a model with another workspace until the end of a day (UTC, `YYYY-MM-DD`; null: without an end), or changes
 * the end of a share. Undefined: the day is in the past.
 */
export async function share(
  db: Db,
  workspaceId: string,
  modelId: string,
  { to, by, lastDay }: { to: string; by: string; lastDay: string | null },
): Promise<{ endsAt: Date | null } | undefined> {
  const endsAt = lastDay === null ? sql`null` : sql`(${lastDay}::date + 1)::timestamp at time zone 'UTC'`;
  const [{ isOver } = { isOver: true }] = await db.execute<{ isOver: boolean }>(
    sql`select coalesce(${endsAt} <= now(), false) as "isOver"`,
  );
  if (isOver) return undefined;
  const [row] = await db
    .insert(modelShares)
    .values({ workspaceId, modelId, toWorkspaceId: to, sharedBy: by, endsAt })
    .onConflictDoUpdate({
      target: [modelShares.workspaceId, modelShares.modelId, modelShares.toWorkspaceId],
      set: { sharedBy: by, endsAt },
    })
    .returning({ endsAt: modelShares.endsAt });
  return row;
}

/** Ends a share. False: there was none. */
export async function endShare(db: Db, workspaceId: string, modelId: string, to: string): Promise<boolean> {
  const rows = await db
    .delete(modelShares)
    .where(and(ofModel(workspaceId, modelId), eq(modelShares.toWorkspaceId, to)))
    .returning({ to: modelShares.toWorkspaceId });
  return rows.length > 0;
}

const ofModel = (workspaceId: string, modelId: string) =>
  and(eq(modelShares.workspaceId, workspaceId), eq(modelShares.modelId, modelId));
