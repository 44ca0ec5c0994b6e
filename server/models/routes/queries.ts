import { and, asc, count, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";
import { modelRoutes } from "@/db/schema/routes";
import { mostRoutes } from "./input";
import type { RouteRule } from "./rule";

/** A workspace's route with its rule. */
export type Route = { id: string } & RouteRule;

const rule = {
  id: modelRoutes.id,
  mode: modelRoutes.mode,
  models: modelRoutes.models,
  saverModel: modelRoutes.saverModel,
  saverPercent: modelRoutes.saverPercent,
};

/** Returns all routes of a workspace, by id, with the time of their creation. */
export async function listAll(db: Db, workspaceId: string): Promise<(Route & { createdAt: Date })[]> {
  return db
    .select({ ...rule, createdAt: modelRoutes.createdAt })
    .from(modelRoutes)
    .where(eq(modelRoutes.workspaceId, workspaceId))
    .orderBy(asc(modelRoutes.id))
    .limit(mostRoutes);
}

/** Returns the same for a page, with each route's maker. */
export async function listShown(
  db: Db,
  workspaceId: string,
): Promise<(Route & { updatedAt: Date; makerName: string | null; lastUsedAt: Date | null })[]> {
  return db
    .select({
      ...rule,
      updatedAt: modelRoutes.updatedAt,
      makerName: users.name,
      // Precise to the hour, within the last 30 days.
      lastUsedAt: sql<Date | null>`(
        select max(h.hour) from usage_hourly h
        where h.workspace_id = ${workspaceId} and h.route = model_routes.id and h.hour > now() - interval '30 days')`.mapWith(
        modelRoutes.createdAt,
      ),
    })
    .from(modelRoutes)
    .leftJoin(users, eq(users.id, modelRoutes.createdBy))
    .where(eq(modelRoutes.workspaceId, workspaceId))
    .orderBy(asc(modelRoutes.id))
    .limit(mostRoutes);
}

/** Returns a route. */
export async function find(db: Db, workspaceId: string, id: string): Promise<Route | undefined> {
  const [row] = await db.select(rule).from(modelRoutes).where(one(workspaceId, id));
  return row;
}

/** Returns a route and locks it until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string): Promise<Route | undefined> {
  const [row] = await db.select(rule).from(modelRoutes).where(one(workspaceId, id)).for("no key update");
  return row;
}

/** Returns how many routes a workspace has. */
export async function total(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(modelRoutes).where(eq(modelRoutes.workspaceId, workspaceId));
  return row?.n ?? 0;
}

/** Adds a route. False: there already is one with this name. */
export async function add(db: Db, workspaceId: string, route: Route, createdBy: string): Promise<boolean> {
  const rows = await db
    .insert(modelRoutes)
    .values({ workspaceId, ...route, createdBy })
    .onConflictDoNothing()
    .returning({ id: modelRoutes.id });
  return rows.length > 0;
}

/** Changes a route's rule. */
export async function update(db: Db, workspaceId: string, { id, ...changed }: Route): Promise<void> {
  await db
    .update(modelRoutes)
    .set({ ...changed, updatedAt: sql`now()` })
    .where(one(workspaceId, id));
}

/** Deletes a route. */
export async function remove(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.delete(modelRoutes).where(one(workspaceId, id));
}

const one = (workspaceId: string, id: string) => and(eq(modelRoutes.workspaceId, workspaceId), eq(modelRoutes.id, id));
