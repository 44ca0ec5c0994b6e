import { and, asc, count, eq, isNull, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";
import { isLiveMembership, memberships, workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";

/** Checks whether a workspace has another member. */
export async function hasOther(db: Db, workspaceId: string, userId: string): Promise<boolean> {
  const rows = await db
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), ne(memberships.userId, userId), isLiveMembership))
    .limit(1);
  return rows.length > 0;
}

/** Returns a person's role in a workspace and the end of their membership; undefined: they are not a member. */
export async function find(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ role: Role; endsAt: Date | null } | undefined> {
  const [row] = await db
    .select({ role: memberships.role, endsAt: memberships.endsAt })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId), isLiveMembership));
  return row;
}

/** Returns the role of an active member, such as the maker of an offer; undefined: they are not a member, or an operator has deactivated them. */
export async function findMaker(db: Db, workspaceId: string, userId: string): Promise<{ role: Role } | undefined> {
  const [row] = await db
    .select({ role: memberships.role })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        isLiveMembership,
        isNull(users.deactivatedAt),
      ),
    );
  return row;
}

/** Returns the names of the workspace's Admins, at most `limit`, for messages that say whom to ask. */
export async function listAdmins(db: Db, workspaceId: string, limit = 3): Promise<string[]> {
  const rows = await db
    .select({ name: users.name })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.role, "admin"), isLiveMembership))
    .orderBy(asc(memberships.joinedAt))
    .limit(limit);
  return rows.map((row) => row.name);
}

/** Returns the e-mail address of a member; undefined: the person is not a member. */
export async function address(db: Db, workspaceId: string, userId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ email: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId), isLiveMembership));
  return row?.email ?? undefined;
}

/** Returns the e-mail addresses of the workspace's active Admins, at most 50, for notices. */
export async function adminAddresses(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .select({ email: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.role, "admin"),
        isLiveMembership,
        isNull(users.deactivatedAt),
      ),
    )
    .orderBy(asc(memberships.joinedAt))
    .limit(50);
  return rows.flatMap(({ email }) => email ?? []);
}

/**
 * Checks whether a workspace has another Admin besides this person whose membership has no end. The result is certain
 * only while the workspace's lock is held.
 */
export async function hasOtherAdmin(db: Db, workspaceId: string, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ n: count() })
    .from(memberships)
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.role, "admin"),
        isNull(memberships.endsAt),
        sql`${memberships.userId} <> ${userId}`,
      ),
    );
  return (row?.n ?? 0) > 0;
}

/** Adds a member, without an end or until `endsAt`. False: they already are a member. */
export async function add(
  db: Db,
  workspaceId: string,
  userId: string,
  role: Role,
  endsAt: Date | null = null,
  roleByAdmin: Role | null = null,
): Promise<boolean> {
  const monthlyLimit = sql<number>`(select w.new_member_limit from ${workspaces} w where w.id = ${workspaceId})`;
  const rows = await db
    .insert(memberships)
    .values({ workspaceId, userId, role, endsAt, roleByAdmin, monthlyLimit })
    .onConflictDoNothing()
    .returning({ userId: memberships.userId });
  return rows.length > 0;
}

/** Sets a member's role as an Admin chose it. Groups cannot raise them above it later. */
export async function changeRole(db: Db, workspaceId: string, userId: string, role: Role): Promise<void> {
  await db
    .update(memberships)
    .set({ role, roleByAdmin: role })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}

/**
 * Sets the last day of a membership (in UTC, such as "2026-12-03"); null: no end. The member gets a new reminder.
 * Returns the moment of the end; undefined: it is in the past or more than ten years ahead.
 */
export async function setEnd(
  db: Db,
  workspaceId: string,
  userId: string,
  until: string | null,
): Promise<{ endsAt: Date | null } | undefined> {
  const endsAt = until === null ? null : endOfDay(until);
  const [row] = await db
    .update(memberships)
    .set({ endsAt, endRemindedAt: null })
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        endsAt ? sql`${endsAt} > now() and ${endsAt} < now() + interval '10 years'` : undefined,
      ),
    )
    .returning({ endsAt: memberships.endsAt });
  return row;
}

const endOfDay = (day: string) => sql`((${day}::date + 1)::timestamp at time zone 'UTC')`;

/** Deletes a membership. What the member made stays in the workspace. */
export async function remove(db: Db, workspaceId: string, userId: string): Promise<void> {
  await db.delete(memberships).where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}
