import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";
import { invitations, workspaces } from "@/db/schema/workspaces";
import { withdrawMail } from "@/db/withdraw-mail";

/** An invitation as its mail described it. */
export type MailedOffer = NonNullable<Awaited<ReturnType<typeof find>>>;

/** Returns an invitation of a live workspace, in any state. */
export async function find(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      status: invitations.status,
      isExpired: sql<boolean>`${invitations.expiresAt} <= now()`,
      isReported: sql<boolean>`${invitations.reportedAt} is not null`,
      inviterName: users.name,
      inviterEmail: sql<string>`coalesce(${users.email}, '')`,
      workspaceName: workspaces.name,
      slug: workspaces.slug,
    })
    .from(invitations)
    .innerJoin(workspaces, and(eq(workspaces.id, invitations.workspaceId), isNull(workspaces.deletedAt)))
    .innerJoin(users, eq(users.id, invitations.invitedBy))
    .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, id)));
  return row;
}

/**
 * Declines an invitation and marks it as unwanted, so that the workspace cannot invite its address again. As with
 * `settle`, of several simultaneous answers only one returns true. The caller has locked the workspace, so that the
 * address cannot be invited again meanwhile.
 */
export async function report(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(invitations)
    .set({ status: "declined", settledAt: sql`now()`, reportedAt: sql`now()` })
    .where(
      and(
        eq(invitations.workspaceId, workspaceId),
        eq(invitations.id, id),
        eq(invitations.status, "pending"),
        gt(invitations.expiresAt, sql`now()`),
      ),
    )
    .returning({ mailId: invitations.mailId });
  await withdrawMail(db, rows);
  return rows.length > 0;
}
