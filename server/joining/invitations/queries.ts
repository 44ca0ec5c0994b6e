import { and, count, eq, inArray, isNotNull, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { isOpenInvitation } from "@/db/open-invitation";
import { users } from "@/db/schema/people";
import { invitations, isLiveMembership, memberships } from "@/db/schema/workspaces";
import { withdrawMail } from "@/db/withdraw-mail";
import type { Role } from "@/server/access/permissions";
import { mostCounted } from "./input";

/** How long an invitation can be accepted. */
const lifetime = sql`now() + interval '7 days'`;

/** The most pending invitations of a workspace. */
export const pendingLimit = mostCounted;

/**
 * Returns which of some addresses need no invitation or may get none, and why; `reported`: an earlier one was reported
 * as unwanted. The result is only exact while the workspace's lock is held.
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

/**
 * Creates an invitation, or renews an expired one to the same address. The caller has checked that none is pending, and
 * holds the lock. `until`: the last day of the resulting membership, in UTC.
 */
export async function create(
  db: Db,
  workspaceId: string,
  { until, ...values }: { email: string; role: Role; invitedBy: string; tokenHash: Buffer; until: string | null },
): Promise<{ id: string; expiresAt: Date; endsAt: Date | null }> {
  const endsAt = until === null ? null : endOfDay(until);
  // An invitation expires at the latest with the membership that it offers.
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

/** Creates several invitations to different addresses in one statement, each like `create`. */
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

/** Records the mail of each of several invitations. */
export async function setMails(db: Db, workspaceId: string, mails: { id: string; mailId: string }[]): Promise<void> {
  const pairs = sql.join(
    mails.map(({ id, mailId }) => sql`(${id}::uuid, ${mailId}::uuid)`),
    sql`, `,
  );
  await db.execute(sql`
    update invitations i set mail_id = m.mail from (values ${pairs}) m (id, mail)
    where i.workspace_id = ${workspaceId} and i.id = m.id`);
}

/**
 * Checks whether a day, such as "2026-12-03", can be the last of a membership: it is not over in UTC, and within ten
 * years.
 */
export async function isEnd(db: Db, day: string): Promise<boolean> {
  const [row] = await db.execute<{ is_end: boolean }>(
    sql`select ${endOfDay(day)} > now() and ${endOfDay(day)} < now() + interval '10 years' as is_end`,
  );
  return row?.is_end ?? false;
}

const endOfDay = (day: string) => sql`((${day}::date + 1)::timestamp at time zone 'UTC')`;

/** Records the mail of an invitation, so that a failed delivery can be shown. */
export async function setMail(db: Db, workspaceId: string, id: string, mailId: string): Promise<void> {
  await db.update(invitations).set({ mailId }).where(one(workspaceId, id));
}

/** Returns how many invitations can still be accepted. The result is only exact while the workspace's lock is held. */
export async function countPending(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(invitations).where(isOpen(workspaceId));
  return row?.n ?? 0;
}

/**
 * Gives a pending invitation a new token and a new week; the old token stops working, and a waiting mail with it is
 * withdrawn. Undefined when the invitation is not pending.
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

/**
 * Revokes a pending invitation, and withdraws its mail if that still waits. Undefined when the invitation is not
 * pending.
 */
export async function revoke(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .update(invitations)
    .set({ status: "revoked", settledAt: sql`now()` })
    .where(and(one(workspaceId, id), eq(invitations.status, "pending")))
    .returning({ email: invitations.email, role: invitations.role, mailId: invitations.mailId });
  if (row) await withdrawMail(db, [row]);
  return row && { email: row.email, role: row.role };
}

/** Checks whether the workspace has an invitation with this id, in any state. */
export async function exists(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const [row] = await db.select({ id: invitations.id }).from(invitations).where(one(workspaceId, id));
  return row !== undefined;
}

/** Returns the condition for one invitation of a workspace. */
export const one = (workspaceId: string, id: string) =>
  and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, id));

const isOpen = (workspaceId: string) => and(eq(invitations.workspaceId, workspaceId), isOpenInvitation);
