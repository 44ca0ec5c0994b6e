import { transaction } from "@/db/client";
import { rememberByWorkspace } from "@/server/platform/announcements/by-workspace";
import { listAll, type Route } from "./queries";

/** A workspace's routes by their ids. */
export type Routes = ReadonlyMap<string, Route & { createdAt: Date }>;

/**
 * Returns a workspace's routes, from a cache.
 *
 * @throws (rejects) when the database must be asked and the query fails
 */
export const routesOf = rememberByWorkspace("routes", async (workspaceId): Promise<Routes> => {
  const rows = await transaction("read", { workspaceId }, (db) => listAll(db, workspaceId));
  return new Map(rows.map((route) => [route.id, route]));
});
