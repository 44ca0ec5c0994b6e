import { and, asc, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditEvents } from "@/db/schema/audit";
import { files } from "@/db/schema/files";
import { fineTuningJobs } from "@/db/schema/fine-tuning";
import { apiKeys } from "@/db/schema/keys";
import { models } from "@/db/schema/models";
import { invitations, memberships } from "@/db/schema/workspaces";
import { withdrawMail } from "@/db/withdraw-mail";
import type { Role } from "@/server/access/permissions";
import { ownFiles, ownKeys, runningJobs } from "./left/queries";

/** Returns all of a member's own keys that are not revoked, by id, and locks them until the transaction ends. */
export async function holdKeys(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ id: string; name: string; lastFour: string }[]> {
  return db
    .select({ id: apiKeys.id, name: apiKeys.name, lastFour: apiKeys.lastFour })
    .from(apiKeys)
    .where(ownKeys(workspaceId, userId))
    .orderBy(asc(apiKeys.id))
    .for("no key update");
}

/** Turns keys into service keys. Their scopes and their end stay. */
export async function keep(db: Db, workspaceId: string, ids: string[]): Promise<void> {
  await db
    .update(apiKeys)
    .set({ isService: true, keptAt: sql`now()` })
    .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.id, ids), isNull(apiKeys.revokedAt)));
}

/** Returns which of these jobs are the member's and running, by id, and locks them until the transaction ends. */
export async function holdJobs(db: Db, workspaceId: string, userId: string, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: fineTuningJobs.id })
    .from(fineTuningJobs)
    .where(and(runningJobs(workspaceId, userId), inArray(fineTuningJobs.id, ids)))
    .orderBy(asc(fineTuningJobs.id))
    .for("no key update");
  return rows.map(({ id }) => id);
}

/** Returns the models that only this member may use, by id, at most 1,000. */
export async function privateModels(db: Db, workspaceId: string, userId: string): Promise<string[]> {
  const rows = await db
    .select({ id: models.id })
    .from(models)
    .where(
      and(
        eq(models.workspaceId, workspaceId),
        eq(models.createdBy, userId),
        eq(models.visibility, "private"),
        isNull(models.deletedAt),
      ),
    )
    .orderBy(asc(models.id))
    .limit(1_000);
  return rows.map(({ id }) => id);
}

/** Returns the ids of the files that only this member can see. */
export async function fileIds(db: Db, workspaceId: string, userId: string): Promise<string[]> {
  const rows = await db
    .select({ id: files.id })
    .from(files)
    .where(ownFiles(workspaceId, userId))
    .orderBy(asc(files.id));
  return rows.map(({ id }) => id);
}

/**
 * Revokes a person's pending invitations in a workspace, because an invitation gives no more than its maker may give.
 */
export async function revokeOffersBy(db: Db, workspaceId: string, userId: string) {
  const revoked = await db
    .update(invitations)
    .set({ status: "revoked", settledAt: sql`now()` })
    .where(
      and(
        eq(invitations.workspaceId, workspaceId),
        eq(invitations.invitedBy, userId),
        eq(invitations.status, "pending"),
      ),
    )
    .returning({
      ...{ id: invitations.id, email: invitations.email, role: invitations.role },
      mailId: invitations.mailId,
    });
  await withdrawMail(db, revoked);
  return revoked.map(({ mailId, ...row }) => row);
}

/**
 * Returns the role that an Admin gave a member by hand; null: no Admin changed the role that they joined with, or they
 * are not a member.
 */
export async function roleByAdmin(db: Db, workspaceId: string, userId: string): Promise<Role | null> {
  const [row] = await db
    .select({ role: memberships.roleByAdmin })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
  return row?.role ?? null;
}

/**
 * Reads from the audit log, whose rows are never deleted, how a former member left. `isOwn`: by their own choice.
 * `isByGroup`: because they had left their groups. `endsAt`: the end date of their membership. `roleByAdmin`: the role
 * that an Admin had given them by hand. Undefined: they were never a member.
 */
export async function lastDeparture(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<
  { isOwn: boolean; isByGroup: boolean; endsAt: Date | null; isOver: boolean; roleByAdmin: Role | null } | undefined
> {
  const endsAt = sql`(${auditEvents.before} ->> 'endsAt')::timestamptz`;
  const [row] = await db
    .select({
      isByGroup: sql<boolean>`${auditEvents.action} = 'member.removed_by_group'`,
      isOwn: sql<boolean>`${auditEvents.action} <> 'member.removed_by_group' and ${auditEvents.actorId} is not null and ${auditEvents.actorId} = ${userId}::uuid`,
      endsAt: endsAt.mapWith(memberships.endsAt),
      isOver: sql<boolean>`coalesce(${endsAt} <= now(), false)`,
      roleByAdmin: sql<Role | null>`${auditEvents.before} ->> 'roleByAdmin'`,
    })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.workspaceId, workspaceId),
        sql`${auditEvents.targetId} collate "C" = ${userId}`,
        eq(auditEvents.targetType, "member"),
        inArray(auditEvents.action, ["member.removed", "member.removed_by_group", "member.left", "member.ended"]),
      ),
    )
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(1);
  return row;
}
