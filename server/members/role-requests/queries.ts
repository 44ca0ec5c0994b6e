import { and, asc, count, desc, eq, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { roleRequests } from "@/db/schema/joining";
import { users } from "@/db/schema/people";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";

/**
 * Stores a member's request for a role, or changes the role of their pending request. False: that already asks for this
 * role.
 */
export async function ask(db: Db, workspaceId: string, userId: string, role: Role): Promise<boolean> {
  const rows = await db
    .insert(roleRequests)
    .values({ workspaceId, userId, role })
    .onConflictDoUpdate({
      target: [roleRequests.workspaceId, roleRequests.userId],
      targetWhere: sql`status = 'pending'`,
      set: { role },
      setWhere: ne(roleRequests.role, role),
    })
    .returning({ id: roleRequests.id });
  return rows.length > 0;
}

/** Returns a member's own latest request: a pending one, or one that was answered in the last 30 days. */
export async function findOwn(db: Db, workspaceId: string, userId: string) {
  const [row] = await db
    .select({
      id: roleRequests.id,
      role: roleRequests.role,
      status: roleRequests.status,
      createdAt: roleRequests.createdAt,
      settledAt: roleRequests.settledAt,
    })
    .from(roleRequests)
    .where(
      and(
        ofMember(workspaceId, userId),
        sql`(${roleRequests.status} = 'pending' or ${roleRequests.settledAt} > now() - interval '30 days')`,
      ),
    )
    .orderBy(desc(eq(roleRequests.status, "pending")), desc(roleRequests.createdAt))
    .limit(1);
  return row;
}

/** Returns the pending requests, oldest first, at most 100, and the number of all. */
export async function listPending(db: Db, workspaceId: string) {
  const isMember = and(
    eq(memberships.workspaceId, workspaceId),
    eq(memberships.userId, roleRequests.userId),
    isLiveMembership,
  );
  // The request of a member who got the role in another way is not pending.
  const isPending = and(
    eq(roleRequests.workspaceId, workspaceId),
    eq(roleRequests.status, "pending"),
    ne(roleRequests.role, memberships.role),
  );
  const [rows, [counted]] = await Promise.all([
    db
      .select({
        id: roleRequests.id,
        name: users.name,
        email: sql<string>`coalesce(${users.email}, '')`,
        role: roleRequests.role,
        currentRole: memberships.role,
        createdAt: roleRequests.createdAt,
      })
      .from(roleRequests)
      .innerJoin(memberships, isMember)
      .innerJoin(users, eq(users.id, roleRequests.userId))
      .where(isPending)
      .orderBy(asc(roleRequests.createdAt), asc(roleRequests.id))
      .limit(100),
    db.select({ total: count() }).from(roleRequests).innerJoin(memberships, isMember).where(isPending),
  ]);
  return { rows, total: counted?.total ?? 0 };
}

/** Returns one of a workspace's requests, with the member who made it. `email` is null once that account is deleted. */
export async function find(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .select({ userId: roleRequests.userId, role: roleRequests.role, status: roleRequests.status, email: users.email })
    .from(roleRequests)
    .innerJoin(users, eq(users.id, roleRequests.userId))
    .where(and(eq(roleRequests.workspaceId, workspaceId), eq(roleRequests.id, id)));
  return row;
}

/**
 * Answers a pending request; `role` is the granted role of an approval. Of simultaneous calls exactly one gets true.
 */
export async function settle(
  db: Db,
  workspaceId: string,
  id: string,
  answer: { status: "approved" | "declined" | "withdrawn"; by: string; role?: Role },
): Promise<boolean> {
  const { status, by, role } = answer;
  const rows = await db
    .update(roleRequests)
    .set({ status, settledAt: sql`now()`, settledBy: by, ...(role && { role }) })
    .where(and(eq(roleRequests.workspaceId, workspaceId), eq(roleRequests.id, id), eq(roleRequests.status, "pending")))
    .returning({ id: roleRequests.id });
  return rows.length > 0;
}

/** Withdraws a member's pending requests. Returns their ids: at most one. */
export async function withdrawPending(db: Db, workspaceId: string, userId: string): Promise<string[]> {
  const rows = await db
    .update(roleRequests)
    .set({ status: "withdrawn", settledAt: sql`now()`, settledBy: userId })
    .where(and(ofMember(workspaceId, userId), eq(roleRequests.status, "pending")))
    .returning({ id: roleRequests.id });
  return rows.map(({ id }) => id);
}

const ofMember = (workspaceId: string, userId: string) =>
  and(eq(roleRequests.workspaceId, workspaceId), eq(roleRequests.userId, userId));
