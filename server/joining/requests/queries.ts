import { and, asc, count, desc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { joinRequests } from "@/db/schema/joining";
import { users } from "@/db/schema/people";
import { workspaces } from "@/db/schema/workspaces";

/** Returns the workspace with this slug if its join page is open. Knowing the slug gives the right to see this row. */
export async function workspaceWithPage(db: Db, slug: string) {
  await db.execute(sql`select set_config('app.join_slug', ${slug}, true)`);
  const [row] = await db
    .select({ workspaceId: workspaces.id, slug: workspaces.slug, name: workspaces.name })
    .from(workspaces)
    .where(
      and(
        eq(workspaces.slug, slug),
        eq(workspaces.isJoinPageOpen, true),
        eq(workspaces.kind, "organization"),
        isNull(workspaces.deletedAt),
      ),
    );
  return row;
}

/** Checks whether a workspace's join page is open. */
export async function isPageOpen(db: Db, workspaceId: string): Promise<boolean> {
  const [row] = await db
    .select({ isOpen: workspaces.isJoinPageOpen })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row?.isOpen ?? false;
}

/** Opens or closes a workspace's join page. */
export async function setPage(db: Db, workspaceId: string, isOpen: boolean): Promise<void> {
  await db.update(workspaces).set({ isJoinPageOpen: isOpen }).where(eq(workspaces.id, workspaceId));
}

/**
 * Inserts a request to join, and records for the Admins whether the person is a former member who needs approval.
 * Undefined when the person has a pending request already.
 */
export async function ask(
  db: Db,
  workspaceId: string,
  userId: string,
  isFormerMember: boolean,
): Promise<string | undefined> {
  const [row] = await db
    .insert(joinRequests)
    .values({ workspaceId, userId, isFormerMember })
    .onConflictDoNothing()
    .returning({ id: joinRequests.id });
  return row?.id;
}

/** Returns the person's pending requests, and those declined in the last 30 days, for the welcome page. */
export async function listOwn(db: Db, userId: string) {
  return db
    .select({
      id: joinRequests.id,
      workspaceId: joinRequests.workspaceId,
      workspaceName: workspaces.name,
      status: joinRequests.status,
    })
    .from(joinRequests)
    .innerJoin(workspaces, and(eq(workspaces.id, joinRequests.workspaceId), isNull(workspaces.deletedAt)))
    .where(
      and(
        eq(joinRequests.userId, userId),
        sql`(${joinRequests.status} = 'pending' or (${joinRequests.status} = 'declined' and ${joinRequests.settledAt} > now() - interval '30 days'))`,
      ),
    )
    .orderBy(desc(joinRequests.createdAt))
    .limit(20);
}

/** Returns a person's own request, in any state. */
export async function findOwn(db: Db, userId: string, id: string) {
  const [row] = await db
    .select({ workspaceId: joinRequests.workspaceId, status: joinRequests.status })
    .from(joinRequests)
    .where(and(eq(joinRequests.id, id), eq(joinRequests.userId, userId)));
  return row;
}

/** Checks whether a person has a pending request to a workspace. */
export async function isWaiting(db: Db, workspaceId: string, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: joinRequests.id })
    .from(joinRequests)
    .where(
      and(
        eq(joinRequests.workspaceId, workspaceId),
        eq(joinRequests.userId, userId),
        eq(joinRequests.status, "pending"),
      ),
    );
  return row !== undefined;
}

/** Returns the pending requests to a workspace, oldest first, at most 100, and their number. */
export async function listPending(db: Db, workspaceId: string) {
  const isPending = and(eq(joinRequests.workspaceId, workspaceId), eq(joinRequests.status, "pending"));
  const [rows, [counted]] = await Promise.all([
    db
      .select({
        id: joinRequests.id,
        name: users.name,
        email: sql<string>`coalesce(${users.email}, '')`,
        isFormerMember: joinRequests.isFormerMember,
        createdAt: joinRequests.createdAt,
      })
      .from(joinRequests)
      .innerJoin(users, eq(users.id, joinRequests.userId))
      .where(isPending)
      .orderBy(asc(joinRequests.createdAt))
      .limit(100),
    db.select({ total: count() }).from(joinRequests).where(isPending),
  ]);
  return { rows, total: counted?.total ?? 0 };
}

/** Returns a request to a workspace with the requester, or undefined. `email` is null once that account is deleted. */
export async function find(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .select({ userId: joinRequests.userId, status: joinRequests.status, email: users.email })
    .from(joinRequests)
    .innerJoin(users, eq(users.id, joinRequests.userId))
    .where(and(eq(joinRequests.workspaceId, workspaceId), eq(joinRequests.id, id)));
  return row;
}

/** Settles a pending request: of several simultaneous calls only one returns true. */
export async function settle(
  db: Db,
  workspaceId: string,
  id: string,
  status: "approved" | "declined" | "withdrawn",
  by: string,
): Promise<boolean> {
  const rows = await db
    .update(joinRequests)
    .set({ status, settledAt: sql`now()`, settledBy: by })
    .where(and(eq(joinRequests.workspaceId, workspaceId), eq(joinRequests.id, id), eq(joinRequests.status, "pending")))
    .returning({ id: joinRequests.id });
  return rows.length > 0;
}

/** Withdraws a person's pending request, because a member needs none. */
export async function withdrawPending(db: Db, workspaceId: string, userId: string): Promise<void> {
  await db
    .update(joinRequests)
    .set({ status: "withdrawn", settledAt: sql`now()`, settledBy: userId })
    .where(
      and(
        eq(joinRequests.workspaceId, workspaceId),
        eq(joinRequests.userId, userId),
        eq(joinRequests.status, "pending"),
      ),
    );
}
