import { and, asc, count, desc, eq, isNull, ne, or, type SQL, sql, sum } from "drizzle-orm";
import type { Db } from "@/db/client";
import { files } from "@/db/schema/files";
import { fineTuningJobs, type JobStatus } from "@/db/schema/fine-tuning";
import { apiKeys } from "@/db/schema/keys";
import { spendCounters } from "@/db/schema/limits";
import { type ModelVisibility, models } from "@/db/schema/models";
import { invitations } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";
import { mostShown } from "../input";

/** Some of the rows, and the number of all. */
export type Some<Row> = { rows: Row[]; total: number };

/** A key that a member leaves behind. `spent` is this month's cost in micro-units. */
export type LeftKey = {
  id: string;
  name: string;
  lastFour: string;
  lastUsedAt: Date | null;
  spent: number;
  isDisabled: boolean;
  isExpired: boolean;
  /** Whether it was rotated before, and so already has a successor. */
  isReplaced: boolean;
};

/** Returns a member's own keys that are not revoked, the latest used first. */
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

/** A job of a departing member that has not ended. */
export type LeftJob = { id: string; model: string; suffix: string | null; status: JobStatus; createdAt: Date };

const leftJob = {
  id: fineTuningJobs.id,
  model: fineTuningJobs.model,
  suffix: fineTuningJobs.suffix,
  status: fineTuningJobs.status,
  createdAt: fineTuningJobs.createdAt,
};

/**
 * Returns a member's jobs that have not ended and are not being cancelled, the newest first. A workspace cannot have
 * more than are shown.
 */
export async function jobsOf(db: Db, workspaceId: string, userId: string): Promise<LeftJob[]> {
  return db
    .select(leftJob)
    .from(fineTuningJobs)
    .where(runningJobs(workspaceId, userId))
    .orderBy(desc(fineTuningJobs.createdAt), asc(fineTuningJobs.id))
    .limit(mostShown);
}

/** A model that a departing member made. */
export type LeftModel = { id: string; name: string; visibility: ModelVisibility };

/** Returns the models that a member made, first those that no member could use afterwards. */
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

/** Returns the number and total bytes of the files that only this member can see. Their names are private. */
export async function filesOf(db: Db, workspaceId: string, userId: string): Promise<{ total: number; bytes: number }> {
  const [row] = await db
    .select({ total: count(), bytes: sum(files.bytes).mapWith(Number) })
    .from(files)
    .where(ownFiles(workspaceId, userId));
  return { total: row?.total ?? 0, bytes: row?.bytes ?? 0 };
}

/** Returns the pending invitations that a member sent. */
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

/** Returns the condition for a member's own keys. A service key does not belong to its maker. */
export function ownKeys(workspaceId: string, userId: string): SQL | undefined {
  return and(
    eq(apiKeys.workspaceId, workspaceId),
    eq(apiKeys.createdBy, userId),
    eq(apiKeys.isService, false),
    isNull(apiKeys.revokedAt),
  );
}

/** Returns the condition for a member's jobs that have not ended and are not being cancelled. */
export function runningJobs(workspaceId: string, userId: string): SQL | undefined {
  return and(
    eq(fineTuningJobs.workspaceId, workspaceId),
    eq(fineTuningJobs.createdBy, userId),
    isNull(fineTuningJobs.endedAt),
    ne(fineTuningJobs.status, "CANCELLATION_REQUESTED"),
  );
}

/** Returns the condition for the files that only this member can see. */
export function ownFiles(workspaceId: string, userId: string): SQL | undefined {
  return and(
    eq(files.workspaceId, workspaceId),
    eq(files.uploadedBy, userId),
    eq(files.visibility, "user"),
    isNull(files.deletedAt),
    or(isNull(files.expiresAt), sql`${files.expiresAt} > now()`),
  );
}
