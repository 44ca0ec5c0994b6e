import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { type ModelVisibility, modelMembers, models } from "@/db/schema/models";
import { users } from "@/db/schema/people";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";

const details = {
  id: models.id,
  workspaceId: models.workspaceId,
  origin: models.origin,
  name: models.name,
  description: models.description,
  base: models.base,
  jobId: models.jobId,
  keyId: models.keyId,
  modelServer: models.modelServer,
  upstream: models.upstream,
  contextLength: models.contextLength,
  visibility: models.visibility,
  createdBy: models.createdBy,
  createdAt: models.createdAt,
  archivedAt: models.archivedAt,
  archivedByAdmin: models.archivedByAdmin,
  visibilityByAdmin: models.visibilityByAdmin,
  lineage: models.lineage,
};

/** A workspace's own model with the columns for changing and moving it. */
export type OwnModel = NonNullable<Awaited<ReturnType<typeof hold>>>;

/** Returns a model of the workspace that is not deleted, and locks it until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string) {
  const [row] = await db.select(details).from(models).where(live(workspaceId, id)).for("no key update");
  return row;
}

/** Returns the same as `hold`, without the lock. */
export async function find(db: Db, workspaceId: string, id: string) {
  const [row] = await db.select(details).from(models).where(live(workspaceId, id));
  return row;
}

/** Returns the members that a model names and who are still members, at most 200. */
export async function membersOf(db: Db, workspaceId: string, id: string): Promise<{ userId: string; name: string }[]> {
  return db
    .select({ userId: modelMembers.userId, name: users.name })
    .from(modelMembers)
    .innerJoin(
      memberships,
      and(
        eq(memberships.workspaceId, modelMembers.workspaceId),
        eq(memberships.userId, modelMembers.userId),
        isLiveMembership,
      ),
    )
    .innerJoin(users, eq(users.id, modelMembers.userId))
    .where(and(eq(modelMembers.workspaceId, workspaceId), eq(modelMembers.modelId, id)))
    .orderBy(users.name, users.id)
    .limit(mostMembers);
}

/** The most members that a model can name. */
export const mostMembers = 200;

/** Returns which of these people, by id or by e-mail address, are members of the workspace. */
export async function knownMembers(
  db: Db,
  workspaceId: string,
  { userIds, emails }: { userIds: string[]; emails: string[] },
): Promise<{ userId: string; email: string }[]> {
  if (userIds.length + emails.length === 0) return [];
  return db
    .select({ userId: memberships.userId, email: sql<string>`coalesce(${users.email}, '')` })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        isLiveMembership,
        sql`(${inArray(users.id, userIds)} or ${inArray(users.email, emails)})`,
      ),
    )
    .limit(2 * mostMembers);
}

/** Changes the name, the description or the maker of a model. */
export async function update(
  db: Db,
  workspaceId: string,
  id: string,
  changes: Partial<{ name: string; description: string; createdBy: string }>,
): Promise<void> {
  await db.update(models).set(changes).where(live(workspaceId, id));
}

/**
 * Sets who may use a model. `memberIds` applies to the visibility "members" only. `byAdmin`: whether only an Admin may
 * widen it.
 */
export async function setVisibility(
  db: Db,
  workspaceId: string,
  id: string,
  visibility: ModelVisibility,
  memberIds: string[],
  byAdmin: boolean,
): Promise<void> {
  await db.delete(modelMembers).where(and(eq(modelMembers.workspaceId, workspaceId), eq(modelMembers.modelId, id)));
  const named = visibility === "members" ? memberIds : [];
  if (named.length > 0)
    await db.insert(modelMembers).values(named.map((userId) => ({ workspaceId, modelId: id, userId })));
  await db.update(models).set({ visibility, visibilityByAdmin: byAdmin }).where(live(workspaceId, id));
}

/** Archives or restores a model. `byAdmin`: whether only an Admin may restore it. */
export async function setArchived(
  db: Db,
  workspaceId: string,
  id: string,
  isArchived: boolean,
  byAdmin: boolean,
): Promise<void> {
  await db
    .update(models)
    .set({ archivedAt: isArchived ? sql`coalesce(${models.archivedAt}, now())` : null, archivedByAdmin: byAdmin })
    .where(live(workspaceId, id));
}

/** Deletes a model for people and programs. A model that a job made is later deleted at its model server too. */
export async function remove(db: Db, workspaceId: string, id: string): Promise<void> {
  await db
    .update(models)
    .set({
      deletedAt: sql`now()`,
      eraseAfter: sql`case ${models.origin} when 'fine-tuned' then now() end`,
    })
    .where(live(workspaceId, id));
}

/** The values of a new model, besides its workspace. */
export type NewModel = Pick<
  typeof models.$inferInsert,
  "id" | "origin" | "name" | "modelServer" | "upstream" | "createdBy"
> &
  Partial<Pick<typeof models.$inferInsert, "description" | "base" | "contextLength" | "visibility">>;

/** Adds a model. False: the model on this server already belongs to a workspace. */
export async function add(db: Db, workspaceId: string, values: NewModel): Promise<boolean> {
  const rows = await db
    .insert(models)
    .values({ workspaceId, ...values })
    .onConflictDoNothing()
    .returning({ id: models.id });
  return rows.length > 0;
}

const live = (workspaceId: string, id: string) =>
  and(eq(models.workspaceId, workspaceId), eq(models.id, id), isNull(models.deletedAt));
