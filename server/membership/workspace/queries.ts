import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { isLiveMembership, memberships, workspaceSlugs, workspaces } from "@/db/schema/workspaces";
import { once } from "@/db/written";

/** How a workspace is named to its members. */
export type WorkspaceName = { slug: string; name: string; kind: "personal" | "organization" };

/** The columns of a workspace that every operation inside it has. */
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

/**
 * Returns a person's membership in the live workspace with this slug; undefined for unknown workspaces and for those of
 * others alike.
 */
export async function membershipBySlug(db: Db, userId: string, slug: string) {
  const [row] = await liveMembership(db, { userId, slug });
  return row && { ...row, look: null };
}

/** Returns a live workspace by its id. Must be called inside it. */
export async function find(db: Db, workspaceId: string): Promise<WorkspaceName | undefined> {
  const [row] = await db
    .select({ slug: workspaces.slug, name: workspaces.name, kind: workspaces.kind })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)));
  return row;
}

/** Checks whether operators have suspended a workspace. Must be called inside it. */
export async function isSuspended(db: Db, workspaceId: string): Promise<boolean> {
  const [row] = await db
    .select({ suspendedAt: workspaces.suspendedAt })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row?.suspendedAt != null;
}

/**
 * Locks a workspace, for every change of who is an Admin. Locks are always taken in this order: the workspace, its
 * memberships, an invitation. False: there is no live workspace with this id.
 */
export async function lock(db: Db, workspaceId: string): Promise<boolean> {
  // A deleted one is locked too, because it may be restored at the same time.
  const [row] = await db
    .select({ deletedAt: workspaces.deletedAt })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for("no key update");
  return row?.deletedAt === null;
}

/** Returns the present slug of the workspace that once had this one, if the person is a member; otherwise undefined. */
export async function presentSlug(db: Db, userId: string, former: string): Promise<string | undefined> {
  const [row] = await db
    .select({ slug: workspaces.slug })
    .from(workspaceSlugs)
    .innerJoin(workspaces, and(eq(workspaces.id, workspaceSlugs.workspaceId), isNull(workspaces.deletedAt)))
    .innerJoin(memberships, and(eq(memberships.workspaceId, workspaces.id), eq(memberships.userId, userId)))
    .where(eq(workspaceSlugs.slug, former));
  return row?.slug;
}
