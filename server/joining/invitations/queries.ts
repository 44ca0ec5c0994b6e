import { and, count, eq, inArray, isNotNull, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { isOpenInvitation } from "@/db/open-invitation";
import { users } from "@/db/schema/people";
import { invitations, isLiveMembership, memberships } from "@/db/schema/workspaces";
import { withdrawMail } from "@/db/withdraw-mail";
import type { Role } from "@/server/access/permissions";
import { mostCounted } from "./input";

/** How long an invitation can be accepted: 7 days. */
const lifetime = sql`now() + interval '7 days'`;

/** A workspace may have so many invitations open at once. */
export const pendingLimit = mostCounted;

/**
 * Returns which of some addresses need no invitation or may get none, and why; `reported`: an earlier one was reported as unwanted.
 * Only exact for as long as the workspace's lock is held.
 */
export async function listKnown(
  db: Db,
  workspaceId: string,
  emails: string[],
): Promise<Map<string, "already_member" | "already_invited" | "reported">> {
  const [people, offers, reported] = await Promise.all([
    db
      .select({ email: users.email })
      .from(users)
      .innerJoin(
        memberships,
        and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, users.id), isLiveMembership),
      )
      .where(inArray(users.email, emails)),
    db
      .select({ email: invitations.email })
      .from(invitations)
      .where(and(isOpen(workspaceId), inArray(invitations.email, emails))),
    db
      .selectDistinct({ email: invitations.email })
      .from(invitations)
      .where(
        and(
          eq(invitations.workspaceId, workspaceId),
          isNotNull(invitations.reportedAt),
          inArray(invitations.email, emails),
        ),
      ),
  ]);
  return new Map([
    ...reported.map(({ email }) => [email, "reported"] as const),
    ...offers.map(({ email }) => [email, "already_invited"] as const),
    ...people.map(({ email }) => [email ?? "", "already_member"] as const),
  ]);
}

/** Makes an invitation, or renews an expired one to the same address. The caller knows that none is open, and holds the lock. `until`: the last day of the membership it leads to, in UTC. */
export async function create(
  db: Db,
  workspaceId: string,
  { until, ...values }: { email: string; role: Role; invitedBy: string; tokenHash: Buffer; until: string | null },
): Promise<{ id: string; expiresAt: Date; endsAt: Date | null }> {
  const endsAt = until === null ? null : endOfDay(until);
  // What it leads to ends: by then it is over as well.
  const expiresAt = sql`least(${lifetime}, ${endsAt})`;
  const [row] = await db
    .insert(invitations)
    .values({ workspaceId, ...values, endsAt, expiresAt })
    .onConflictDoUpdate({
      target: [invitations.workspaceId, invitations.email],
      targetWhere: sql`status = 'pending'`,
      set: { ...values, endsAt, expiresAt, createdAt: sql`now()`, remindedAt: null },
      setWhere: lte(invitations.expiresAt, sql`now()`),
    })
    .returning({ id: invitations.id, expiresAt: invitations.expiresAt, endsAt: invitations.endsAt });
  if (!row) throw new Error("an open invitation to this address exists");
  return row;
}

/** Makes several invitations to different addresses in one statement, each as `create` does. */
export async function createAll(
  db: Db,
  workspaceId: string,
  values: { email: string; role: Role; invitedBy: string; tokenHash: Buffer }[],
): Promise<{ id: string; email: string; expiresAt: Date }[]> {
  const rows = await db
    .insert(invitations)
    .values(values.map((one) => ({ workspaceId, ...one, expiresAt: lifetime })))
    .onConflictDoUpdate({
      target: [invitations.workspaceId, invitations.email],
      targetWhere: sql`status = 'pending'`,
      set: {
        role: sql`excluded.role`,
        invitedBy: sql`excluded.invited_by`,
        tokenHash: sql`excluded.token_hash`,
        expiresAt: lifetime,
        endsAt: null,
        createdAt: sql`now()`,
        remindedAt: null,
      },
      setWhere: lte(invitations.expiresAt, sql`now()`),
    })
    .returning({ id: invitations.id, email: invitations.email, expiresAt: invitations.expiresAt });
  if (rows.length !== values.length) throw new Error("an open invitation to one of these addresses exists");
  return rows;
}

/** Remembers for several invitations which mail carries each. */
export async function setMails(db: Db, workspaceId: string, mails: { id: string; mailId: string }[]): Promise<void> {
  const pairs = sql.join(
    mails.map(({ id, mailId }) => sql`(${id}::uuid, ${mailId}::uuid)`),
    sql`, `,
  );
  await db.execute(sql`
    update invitations i set mail_id = m.mail from (values ${pairs}) m (id, mail)
    where i.workspace_id = ${workspaceId} and i.id = m.id`);
}

/** Checks whether a day, such as "2026-12-03", can be the last of a membership: it is not over in UTC, and within ten years. */
export async function isEnd(db: Db, day: string): Promise<boolean> {
  const [row] = await db.execute<{ is_end: boolean }>(
    sql`select ${endOfDay(day)} > now() and ${endOfDay(day)} < now() + interval '10 years' as is_end`,
  );
  return row?.is_end ?? false;
}

const endOfDay = (day: string) => sql`((${day}::date + 1)::timestamp at time zone 'UTC')`;

/** Remembers which mail carries an invitation, so that a failed delivery can be shown. */
export async function setMail(db: Db, workspaceId: string, id: string, mailId: string): Promise<void> {
  await db.update(invitations).set({ mailId }).where(one(workspaceId, id));
}

/** Returns how many invitations can still be accepted. Only exact for as long as the workspace's lock is held. */
export async function countPending(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(invitations).where(isOpen(workspaceId));
  return row?.n ?? 0;
}

/**
 * Gives a pending invitation a new token and a new week; the old token is dead, and a mail with it that waits is withdrawn.
 * Undefined when it is not pending.
 */
export async function renew(db: Db, workspaceId: string, id: string, tokenHash: Buffer) {
  const isPending = and(one(workspaceId, id), eq(invitations.status, "pending"));
  const [held] = await db
    .select({ mailId: invitations.mailId })
    .from(invitations)
    .where(isPending)
    .for("no key update");
  if (held) await withdrawMail(db, [held]);
  const [row] = await db
    .update(invitations)
    .set({ tokenHash, mailId: null, expiresAt: sql`least(${lifetime}, ${invitations.endsAt})` })
    .where(and(one(workspaceId, id), eq(invitations.status, "pending")))
    .returning({
      email: invitations.email,
      role: invitations.role,
      expiresAt: invitations.expiresAt,
      endsAt: invitations.endsAt,
    });
  return row;
}

/** Takes a pending invitation back, and its mail if that still waits. Undefined when it is not pending. */
export async function revoke(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .update(invitations)
    .set({ status: "revoked", settledAt: sql`now()` })
    .where(and(one(workspaceId, id), eq(invitations.status, "pending")))
    .returning({ email: invitations.email, role: invitations.role, mailId: invitations.mailId });
  if (row) await withdrawMail(db, [row]);
  return row && { email: row.email, role: row.role };
}

/** Checks whether the workspace has an invitation of this id, in any state. */
export async function exists(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const [row] = await db.select({ id: invitations.id }).from(invitations).where(one(workspaceId, id));
  return row !== undefined;
}

/** Returns the condition for one invitation of a workspace. */
export const one = (workspaceId: string, id: string) =>
  and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, id));

const isOpen = (workspaceId: string) => and(eq(invitations.workspaceId, workspaceId), isOpenInvitation);
