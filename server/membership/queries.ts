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

/** Returns what a person is in a workspace, or undefined when they are not in it. */
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

/** Returns what the maker of an offer is in a workspace; undefined when they are not in it, or an operator keeps them out. */
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

/** Returns the names of the workspace's Admins, at most `limit`: whom to ask. */
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

/** Finds the address of a person who is still a member, or undefined. */
export async function address(db: Db, workspaceId: string, userId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ email: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId), isLiveMembership));
  return row?.email ?? undefined;
}

/** Returns the addresses of a workspace's Admins whom no operator keeps out, at most 50: whom a notice goes to. */
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
 * Checks whether a workspace has an Admin besides this person who does not stop being one by themselves. Only true for as long
 * as the workspace's lock is held.
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

/** Makes a person a member, for good or until then. False when they are one already. */
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

/** Gives a member another role by the hand of an Admin: no group raises them above it. */
export async function changeRole(db: Db, workspaceId: string, userId: string, role: Role): Promise<void> {
  await db
    .update(memberships)
    .set({ role, roleByAdmin: role })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}

/**
 * Sets the last day of a membership (in UTC, such as "2026-12-03"); null: no end. The member is reminded of it anew.
 * Returns the moment, or undefined when that is past or more than ten years off.
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

/** Ends a membership. What the member made stays with the workspace. */
export async function remove(db: Db, workspaceId: string, userId: string): Promise<void> {
  await db.delete(memberships).where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}
