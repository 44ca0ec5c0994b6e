import { and, asc, eq, gt, isNotNull, isNull, lte, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";
import { memberships, workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";
import type { KeyAction } from "../input";

/** Reads the default action for the keys of departing members. */
export async function expiredMemberKeyAction(db: Db, workspaceId: string): Promise<KeyAction> {
  const [row] = await db
    .select({ action: workspaces.expiredMemberKeyAction })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row?.action ?? "revoke";
}

/** Sets the default action for the keys of departing members. The caller holds the workspace's lock. */
export async function setExpiredMemberKeyAction(db: Db, workspaceId: string, action: KeyAction): Promise<void> {
  await db.update(workspaces).set({ expiredMemberKeyAction: action }).where(eq(workspaces.id, workspaceId));
}

/** Sets whether this transaction sees memberships that have ended, which the policies otherwise hide. */
export async function showEnded(db: Db, isShown: boolean): Promise<void> {
  await db.execute(sql`select set_config('app.job', ${isShown ? "membership-ends" : ""}, true)`);
}

/** A membership for the job: it has ended, or ends within three days and no reminder was sent. */
export type Due = { workspaceId: string; userId: string; hasEnded: boolean };

/** For how many days a disabled membership can be restored. */
const restorableDays = 30;

/** When a membership must be settled: at its end, or for a disabled one when it can no longer be restored. */
const settledAt = sql`coalesce(${memberships.restorableUntil}, ${memberships.endsAt})`;

/**
 * Disables a membership: ends it now, in a way that can be undone. Requires `showEnded`. Returns its new end, and until
 * when it can be restored.
 */
export async function disable(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ endsAt: Date | null; restorableUntil: Date | null } | undefined> {
  const [row] = await db
    .update(memberships)
    .set({ endsAt: sql`now()`, restorableUntil: sql`now() + make_interval(days => ${restorableDays})` })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)))
    .returning({ endsAt: memberships.endsAt, restorableUntil: memberships.restorableUntil });
  return row;
}

/** Restores a disabled membership. Requires `showEnded`. False: there is none to restore. */
export async function restoreDisabled(
  db: Db,
  workspaceId: string,
  userId: string,
  endsAt: Date | null,
): Promise<boolean> {
  const rows = await db
    .update(memberships)
    .set({ endsAt, restorableUntil: null })
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        gt(memberships.restorableUntil, sql`now()`),
      ),
    )
    .returning({ userId: memberships.userId });
  return rows.length > 0;
}

/** Returns due memberships of all workspaces, at most `limit`, by their end. For the job. */
export async function listDue(db: Db, limit: number): Promise<Due[]> {
  await showEnded(db, true);
  return db
    .select({
      workspaceId: memberships.workspaceId,
      userId: memberships.userId,
      hasEnded: sql<boolean>`${memberships.endsAt} <= now()`,
    })
    .from(memberships)
    .where(
      and(
        isNotNull(memberships.endsAt),
        or(lte(settledAt, sql`now()`), and(isSoon(), isNull(memberships.endRemindedAt))),
      ),
    )
    .orderBy(asc(settledAt))
    .limit(limit);
}

/** Locks a membership that has ended. Requires `showEnded`. Undefined: there is none. */
export async function holdEnded(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ role: Role; endsAt: Date | null } | undefined> {
  const [row] = await db
    .select({ role: memberships.role, endsAt: memberships.endsAt })
    .from(memberships)
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        lte(memberships.endsAt, sql`now()`),
      ),
    )
    .for("update");
  return row;
}

/** Claims a due reminder for this transaction. Undefined: another transaction has it, or it is not due any more. */
export async function claimReminder(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ name: string; email: string | null; endsAt: Date | null } | undefined> {
  const [row] = await db
    .update(memberships)
    .set({ endRemindedAt: sql`now()` })
    .from(users)
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        eq(users.id, memberships.userId),
        isSoon(),
        isNull(memberships.endRemindedAt),
      ),
    )
    .returning({ name: users.name, email: users.email, endsAt: memberships.endsAt });
  return row;
}

const isSoon = () => and(gt(memberships.endsAt, sql`now()`), lte(memberships.endsAt, sql`now() + interval '3 days'`));
