import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { isOpenInvitation } from "@/db/open-invitation";
import { users } from "@/db/schema/people";
import { isFullWorkspace } from "@/db/schema/seats";
import { invitations, workspaces } from "@/db/schema/workspaces";
import { withdrawMail } from "@/db/withdraw-mail";
import { one } from "../queries";

/**
 * Uses an invitation up: of several simultaneous calls only one returns true. Condition and change are one statement,
 * so no other change can come between. `heldToken`, the hash of the token that proves the right to it, is checked there
 * as well, so that an invitation with a new token is not used; null when another right is used.
 */
export async function settle(
  db: Db,
  workspaceId: string,
  id: string,
  status: "accepted" | "declined",
  heldToken: Buffer | null,
): Promise<boolean> {
  const rows = await db
    .update(invitations)
    .set({ status, settledAt: sql`now()` })
    .where(
      and(
        one(workspaceId, id),
        eq(invitations.status, "pending"),
        gt(invitations.expiresAt, sql`now()`),
        heldToken ? eq(invitations.tokenHash, heldToken) : undefined,
      ),
    )
    .returning({ mailId: invitations.mailId });
  await withdrawMail(db, rows);
  return rows.length > 0;
}

/** An offer as shown to its recipient. */
export type Offer = NonNullable<Awaited<ReturnType<typeof findOwn>>>;

/** Returns the invitation of a token. The token alone gives the right to read this row. */
export async function findByToken(db: Db, tokenHash: Buffer): Promise<Offer | undefined> {
  await db.execute(sql`select set_config('app.invitation_token_hash', ${tokenHash.toString("hex")}, true)`);
  const [row] = await offers(db).where(eq(invitations.tokenHash, tokenHash));
  return row && { ...row, heldToken: tokenHash };
}

/** Returns an invitation to a verified address of the person, by its id. */
export async function findOwn(db: Db, email: string, id: string) {
  const [row] = await offers(db).where(and(eq(invitations.id, id), eq(invitations.email, email)));
  return row && { ...row, heldToken: null as Buffer | null };
}

/** Returns the pending invitations to a verified address, newest first, at most 20. */
export async function listOwn(db: Db, email: string) {
  return offers(db)
    .where(and(eq(invitations.email, email), isOpenInvitation))
    .orderBy(desc(invitations.createdAt))
    .limit(20);
}

function offers(db: Db) {
  return db
    .select({
      id: invitations.id,
      workspaceId: invitations.workspaceId,
      email: invitations.email,
      role: invitations.role,
      status: invitations.status,
      isExpired: sql<boolean>`${invitations.expiresAt} <= now()`,
      expiresAt: invitations.expiresAt,
      endsAt: invitations.endsAt,
      invitedBy: invitations.invitedBy,
      inviterName: users.name,
      workspaceName: workspaces.name,
      slug: workspaces.slug,
      isFull: isFullWorkspace,
    })
    .from(invitations)
    .innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
    .innerJoin(users, eq(users.id, invitations.invitedBy))
    .$dynamic();
}
