import { and, count, eq, not, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { savedViews as views } from "@/db/schema/views";
import { memberships } from "@/db/schema/workspaces";
import { once } from "@/db/written";
import { mostViews, type ViewedList } from "./input";

export type SavedView = { id: string; name: string; query: string };

const kept = once(["workspaceId", "userId", "list"], (db, of) =>
  db
    .select({ id: views.id, name: views.name, query: views.query })
    .from(views)
    .where(and(eq(views.workspaceId, of.workspaceId), eq(views.userId, of.userId), eq(views.list, of.list)))
    .orderBy(sql`lower(${views.name}) collate "C"`)
    .limit(mostViews),
);

/** Returns a member's saved views of a list, by name. */
export const list = (db: Db, workspaceId: string, userId: string, of: ViewedList): Promise<SavedView[]> =>
  kept(db, { workspaceId, userId, list: of });

/** Locks the membership, so that simultaneous saves of the same member wait for each other. */
export async function hold(db: Db, workspaceId: string, userId: string): Promise<void> {
  await db
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)))
    .for("no key update");
}

/** Returns how many views a member has saved for a list, not counting one with this name. */
export async function countOthers(
  db: Db,
  workspaceId: string,
  userId: string,
  of: ViewedList,
  name: string,
): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(views)
    .where(and(ofList(workspaceId, userId, of), not(isNamed(name))));
  return row?.n ?? 0;
}

/** Saves a view, replacing one with the same name. The caller has locked the membership. */
export async function save(
  db: Db,
  workspaceId: string,
  userId: string,
  view: { list: ViewedList; name: string; query: string },
): Promise<void> {
  const { list, name, query } = view;
  const rows = await db
    .update(views)
    .set({ name, query })
    .where(and(ofList(workspaceId, userId, list), isNamed(name)))
    .returning({ id: views.id });
  if (rows.length === 0) await db.insert(views).values({ workspaceId, userId, ...view });
}

/** Deletes a member's own view. False: there is none. */
export async function remove(db: Db, workspaceId: string, userId: string, id: string): Promise<boolean> {
  const rows = await db
    .delete(views)
    .where(and(eq(views.workspaceId, workspaceId), eq(views.userId, userId), eq(views.id, id)))
    .returning({ id: views.id });
  return rows.length > 0;
}

const ofList = (workspaceId: string, userId: string, of: ViewedList) =>
  and(eq(views.workspaceId, workspaceId), eq(views.userId, userId), eq(views.list, of));

const isNamed = (name: string) => sql`lower(${views.name}) collate "C" = lower(${name}) collate "C"`;
