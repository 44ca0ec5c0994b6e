import { and, asc, count, desc, eq, inArray, isNull, ne, or, type SQL, sql, sum } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditEvents } from "@/db/schema/audit";
import { files } from "@/db/schema/files";
import { fineTuningJobs, type JobStatus } from "@/db/schema/fine-tuning";
import { apiKeys } from "@/db/schema/keys";
import { spendCounters } from "@/db/schema/limits";
import { type ModelVisibility, models } from "@/db/schema/models";
import { invitations, memberships } from "@/db/schema/workspaces";
import { withdrawMail } from "@/db/withdraw-mail";
import type { Role } from "@/server/access/permissions";
import { mostShown } from "./input";

/** Some of the things, and how many there are. */
export type Some<Row> = { rows: Row[]; total: number };

/** A key that a member leaves behind. `spent`: this month, in micro-units. */
export type LeftKey = {
  id: string;
  name: string;
  lastFour: string;
  lastUsedAt: Date | null;
  spent: number;
  isDisabled: boolean;
  isExpired: boolean;
  /** Whether it was rotated before: it has a successor already. */
  isReplaced: boolean;
};

/** Returns their own keys that are not revoked, the latest used first. */
export async function keysOf(db: Db, workspaceId: string, userId: string): Promise<Some<LeftKey>> {
  const [rows, total] = await Promise.all([
    db
      .select({
        id: apiKeys.id,
        name: apiKeys.name,
        lastFour: apiKeys.lastFour,
        lastUsedAt: apiKeys.lastUsedAt,
        spent: sql`coalesce(${spendCounters.spent}, 0)`.mapWith(Number),
        isDisabled: sql<boolean>`${apiKeys.disabledAt} is not null`,
        isExpired: sql<boolean>`coalesce(${apiKeys.expiresAt} <= now(), false)`,
        isReplaced: sql<boolean>`${apiKeys.replacedBy} is not null`,
      })
      .from(apiKeys)
      .leftJoin(
        spendCounters,
        and(
          eq(spendCounters.workspaceId, workspaceId),
          eq(spendCounters.span, "month"),
          eq(spendCounters.period, sql`date_trunc('month', now() at time zone 'UTC')::date`),
          eq(spendCounters.subject, apiKeys.countedAs),
        ),
      )
      .where(ownKeys(workspaceId, userId))
      .orderBy(sql`${apiKeys.lastUsedAt} desc nulls last`, asc(apiKeys.id))
      .limit(mostShown),
    countOf(db.select({ n: count() }).from(apiKeys).where(ownKeys(workspaceId, userId))),
  ]);
  return { rows, total };
}

/** Finds all of a member's own keys that are not revoked, by id, and locks them until the transaction ends. */
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

/** Makes keys the workspace's alone. What they may do and when they end stays. */
export async function keep(db: Db, workspaceId: string, ids: string[]): Promise<void> {
  await db
    .update(apiKeys)
    .set({ isService: true, keptAt: sql`now()` })
    .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.id, ids), isNull(apiKeys.revokedAt)));
}

/** A job of theirs that has not ended. */
export type LeftJob = { id: string; model: string; suffix: string | null; status: JobStatus; createdAt: Date };

const leftJob = {
  id: fineTuningJobs.id,
  model: fineTuningJobs.model,
  suffix: fineTuningJobs.suffix,
  status: fineTuningJobs.status,
  createdAt: fineTuningJobs.createdAt,
};

/** Returns their jobs that have not ended and are not being cancelled, the newest first. A workspace has no more than are shown. */
export async function jobsOf(db: Db, workspaceId: string, userId: string): Promise<LeftJob[]> {
  return db
    .select(leftJob)
    .from(fineTuningJobs)
    .where(runningJobs(workspaceId, userId))
    .orderBy(desc(fineTuningJobs.createdAt), asc(fineTuningJobs.id))
    .limit(mostShown);
}

/** Finds those of these jobs that are theirs and running, by id, and locks them until the transaction ends. */
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

/** A model they made. */
export type LeftModel = { id: string; name: string; visibility: ModelVisibility };

/** Lists the models they made, first those that no member could use afterwards. */
export async function modelsOf(db: Db, workspaceId: string, userId: string): Promise<Some<LeftModel>> {
  const made = and(eq(models.workspaceId, workspaceId), eq(models.createdBy, userId), isNull(models.deletedAt));
  const [rows, total] = await Promise.all([
    db
      .select({ id: models.id, name: models.name, visibility: models.visibility })
      .from(models)
      .where(made)
      .orderBy(desc(eq(models.visibility, "private")), desc(models.createdAt), asc(models.id))
      .limit(mostShown),
    countOf(db.select({ n: count() }).from(models).where(made)),
  ]);
  return { rows, total };
}

/** Returns the models that they alone may use, by id, at most 1,000. */
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

/** Returns how many files are for them alone, and their bytes: what they are called is theirs. */
export async function filesOf(db: Db, workspaceId: string, userId: string): Promise<{ total: number; bytes: number }> {
  const [row] = await db
    .select({ total: count(), bytes: sum(files.bytes).mapWith(Number) })
    .from(files)
    .where(ownFiles(workspaceId, userId));
  return { total: row?.total ?? 0, bytes: row?.bytes ?? 0 };
}

/** Returns the ids of the files that are for them alone. */
export async function fileIds(db: Db, workspaceId: string, userId: string): Promise<string[]> {
  const rows = await db
    .select({ id: files.id })
    .from(files)
    .where(ownFiles(workspaceId, userId))
    .orderBy(asc(files.id));
  return rows.map(({ id }) => id);
}

/** Returns the invitations they sent that wait for an answer. */
export async function invitationsOf(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<Some<{ id: string; email: string; role: Role }>> {
  const sent = and(
    eq(invitations.workspaceId, workspaceId),
    eq(invitations.invitedBy, userId),
    eq(invitations.status, "pending"),
  );
  const [rows, total] = await Promise.all([
    db
      .select({ id: invitations.id, email: invitations.email, role: invitations.role })
      .from(invitations)
      .where(sent)
      .orderBy(asc(invitations.email))
      .limit(mostShown),
    countOf(db.select({ n: count() }).from(invitations).where(sent)),
  ]);
  return { rows, total };
}

const countOf = async (counted: PromiseLike<{ n: number }[]>): Promise<number> => (await counted)[0]?.n ?? 0;

/** Returns the condition for a member's own keys: a service key is not theirs, even if they made it. */
function ownKeys(workspaceId: string, userId: string): SQL | undefined {
  return and(
    eq(apiKeys.workspaceId, workspaceId),
    eq(apiKeys.createdBy, userId),
    eq(apiKeys.isService, false),
    isNull(apiKeys.revokedAt),
  );
}

function runningJobs(workspaceId: string, userId: string): SQL | undefined {
  return and(
    eq(fineTuningJobs.workspaceId, workspaceId),
    eq(fineTuningJobs.createdBy, userId),
    isNull(fineTuningJobs.endedAt),
    ne(fineTuningJobs.status, "CANCELLATION_REQUESTED"),
  );
}

function ownFiles(workspaceId: string, userId: string): SQL | undefined {
  return and(
    eq(files.workspaceId, workspaceId),
    eq(files.uploadedBy, userId),
    eq(files.visibility, "user"),
    isNull(files.deletedAt),
    or(isNull(files.expiresAt), sql`${files.expiresAt} > now()`),
  );
}

/** Takes back what a person has offered in a workspace: an offer is worth what its maker may give. */
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
 * Reads from the audit log how a former member left; its rows are kept for good. `isOwn`: by their own choice; `endsAt`:
 * the end that their membership had. Undefined for one who never was a member.
 */
export async function lastDeparture(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ isOwn: boolean; endsAt: Date | null; isOver: boolean } | undefined> {
  const endsAt = sql`(${auditEvents.before} ->> 'endsAt')::timestamptz`;
  const [row] = await db
    .select({
      isOwn: sql<boolean>`${auditEvents.actorId} is not null and ${auditEvents.actorId} = ${userId}::uuid`,
      endsAt: endsAt.mapWith(memberships.endsAt),
      isOver: sql<boolean>`coalesce(${endsAt} <= now(), false)`,
    })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.workspaceId, workspaceId),
        sql`${auditEvents.targetId} collate "C" = ${userId}`,
        eq(auditEvents.targetType, "member"),
        inArray(auditEvents.action, ["member.removed", "member.left", "member.ended"]),
      ),
    )
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(1);
  return row;
}
