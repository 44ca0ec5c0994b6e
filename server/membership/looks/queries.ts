import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { operators } from "@/db/schema/instance";
import { isGranted, looks } from "@/db/schema/looks";
import { users } from "@/db/schema/people";
import { workspaces } from "@/db/schema/workspaces";
import { workspaceColumns } from "../workspace/queries";

/** The grant by which an operator reads in a workspace, and its end. */
export type Look = { id: string; endsAt: Date };

/**
 * Returns the live workspace of this slug for an operator who may look inside it now, in the form of a membership.
 * Undefined: no Admin has granted it, or the person is not an operator any more.
 */
export async function lookBySlug(db: Db, userId: string, slug: string) {
  // Both are sent together and run in this order. The setting makes such workspaces visible to the query after it.
  const [, [row]] = await Promise.all([
    db.execute(sql`select set_config('app.looking', 'mine', true)`),
    db
      .select({ ...workspaceColumns, lookId: looks.id, lookEndsAt: looks.endsAt })
      .from(workspaces)
      .innerJoin(looks, and(eq(looks.workspaceId, workspaces.id), eq(looks.operatorId, userId), isGranted))
      .innerJoin(operators, eq(operators.userId, looks.operatorId))
      .innerJoin(users, and(eq(users.id, looks.operatorId), isNull(users.deactivatedAt), isNull(users.deletedAt)))
      .where(and(eq(workspaces.slug, slug), isNull(workspaces.deletedAt)))
      .limit(1),
  ]);
  if (!row) return undefined;
  const { lookId, lookEndsAt, ...workspace } = row;
  const look: Look = { id: lookId, endsAt: lookEndsAt as Date };
  return { ...workspace, role: "viewer" as const, wasHereLately: true, look };
}

/**
 * Ends the current grants that an Admin gave, from the commit on. The caller holds the workspace's lock. Returns the
 * operators who had them.
 *
 * @param by the person who acts; null: Atelier itself
 */
export async function endGivenBy(
  db: Db,
  workspaceId: string,
  adminId: string,
  by: string | null,
): Promise<{ operatorId: string }[]> {
  return db
    .update(looks)
    .set({ status: "ended", endsAt: sql`now()`, settledAt: sql`now()`, ...(by ? { settledBy: by } : {}) })
    .where(and(eq(looks.workspaceId, workspaceId), eq(looks.settledBy, adminId), isGranted))
    .returning({ operatorId: looks.operatorId });
}
