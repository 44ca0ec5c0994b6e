import { and, asc, eq, gt, isNull, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";
import { invitations } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";

/**
 * Lists pending invitations of all workspaces that expire within 2 days and have had no reminder, at most `limit`. For
 * the job.
 */
export async function listDue(db: Db, limit: number): Promise<{ workspaceId: string; id: string }[]> {
  await db.execute(sql`select set_config('app.job', 'invitation-reminders', true)`);
  return db
    .select({ workspaceId: invitations.workspaceId, id: invitations.id })
    .from(invitations)
    .where(isDue())
    .orderBy(asc(invitations.expiresAt))
    .limit(limit);
}

/** An invitation that expires soon, for its reminder. */
export type EndingOffer = {
  email: string;
  role: Role;
  expiresAt: Date;
  invitedBy: string;
  inviterName: string;
  /** Null once that account is deleted. */
  inviterEmail: string | null;
};

/** Claims a due reminder for this transaction: undefined when another one has it, or when it is no longer due. */
export async function claim(db: Db, workspaceId: string, id: string): Promise<EndingOffer | undefined> {
  const [row] = await db
    .update(invitations)
    .set({ remindedAt: sql`now()` })
    .from(users)
    .where(
      and(
        eq(invitations.workspaceId, workspaceId),
        eq(invitations.id, id),
        eq(users.id, invitations.invitedBy),
        isDue(),
      ),
    )
    .returning({
      email: invitations.email,
      role: invitations.role,
      expiresAt: invitations.expiresAt,
      invitedBy: invitations.invitedBy,
      inviterName: users.name,
      inviterEmail: users.email,
    });
  return row;
}

function isDue() {
  return and(
    eq(invitations.status, "pending"),
    isNull(invitations.remindedAt),
    gt(invitations.expiresAt, sql`now()`),
    lte(invitations.expiresAt, sql`now() + interval '2 days'`),
    // Some invitations expire soon from the beginning: then the mail of the invitation itself is too recent.
    lte(invitations.createdAt, sql`now() - interval '1 day'`),
  );
}
