import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { isLiveMembership, memberships, workspaceSlugs, workspaces } from "@/db/schema/workspaces";
import { once } from "@/db/written";

/** A workspace as its members see it named. */
export type WorkspaceName = { slug: string; name: string; kind: "personal" | "organization" };

/** What every operation inside a workspace knows of it. */
export const workspaceColumns = {
  workspaceId: workspaces.id,
  slug: workspaces.slug,
  name: workspaces.name,
  kind: workspaces.kind,
  createdAt: workspaces.createdAt,
  memberCount: workspaces.memberCount,
  seats: workspaces.seats,
  mostMembers: workspaces.mostMembers,
  defaultRole: workspaces.defaultRole,
  keyCreators: workspaces.keyCreators,
  responseDays: workspaces.responseDays,
  iconEmoji: workspaces.iconEmoji,
  iconVersion: workspaces.iconVersion,
  suspendedAt: workspaces.suspendedAt,
  suspendedReason: workspaces.suspendedReason,
};

const liveMembership = once(["userId", "slug"], (db, of) =>
  db
    .select({
      ...workspaceColumns,
      role: memberships.role,
      wasHereLately: sql<boolean>`coalesce(${memberships.lastActiveAt} > now() - interval '1 minute', false)`,
    })
    .from(workspaces)
    .innerJoin(memberships, and(eq(memberships.workspaceId, workspaces.id), eq(memberships.userId, of.userId)))
    .where(and(eq(workspaces.slug, of.slug), isNull(workspaces.deletedAt), isLiveMembership)),
);

/** Returns what a person is in the live workspace of this slug, or undefined: unknown and foreign look the same. */
export async function membershipBySlug(db: Db, userId: string, slug: string) {
  const [row] = await liveMembership(db, { userId, slug });
  return row && { ...row, look: null };
}

/** Returns a live workspace by its id, inside it. */
export async function find(db: Db, workspaceId: string): Promise<WorkspaceName | undefined> {
  const [row] = await db
    .select({ slug: workspaces.slug, name: workspaces.name, kind: workspaces.kind })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)));
  return row;
}

/** Whether operators keep a workspace still, inside it. */
export async function isSuspended(db: Db, workspaceId: string): Promise<boolean> {
  const [row] = await db
    .select({ suspendedAt: workspaces.suspendedAt })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row?.suspendedAt != null;
}

/**
 * Takes the lock that every change of who is Admin holds. One order everywhere: the workspace, its memberships, an
 * invitation. False when there is no such live workspace.
 */
export async function lock(db: Db, workspaceId: string): Promise<boolean> {
  // A deleted one is held as well: it may be about to be restored.
  const [row] = await db
    .select({ deletedAt: workspaces.deletedAt })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for("no key update");
  return row?.deletedAt === null;
}

/** Returns the slug that a person's live workspace has now which once had this one; undefined when they are in none. */
export async function presentSlug(db: Db, userId: string, former: string): Promise<string | undefined> {
  const [row] = await db
    .select({ slug: workspaces.slug })
    .from(workspaceSlugs)
    .innerJoin(workspaces, and(eq(workspaces.id, workspaceSlugs.workspaceId), isNull(workspaces.deletedAt)))
    .innerJoin(memberships, and(eq(memberships.workspaceId, workspaces.id), eq(memberships.userId, userId)))
    .where(eq(workspaceSlugs.slug, former));
  return row?.slug;
}
