import { transaction } from "@/db/client";
import { isHearing, onAnnouncement } from "@/server/platform/announcements/announcements";
import { listAll, type Route } from "./queries";

/** A workspace's routes by their ids. */
export type Routes = ReadonlyMap<string, Route & { createdAt: Date }>;

const mostWorkspaces = 20_000;

const remembered = new Map<string, Routes>();
const asking = new Map<string, Promise<Routes>>();

onAnnouncement(
  {
    routes(workspaceId) {
      remembered.delete(workspaceId);
      asking.delete(workspaceId);
    },
  },
  () => {
    remembered.clear();
    asking.clear();
  },
);

/**
 * Returns a workspace's routes. They are remembered until a change is announced, and believed only while announcements are certain to
 * arrive; those that change while they are read are read again.
 *
 * @throws (rejects) when the database has to be asked and cannot be
 */
export async function routesOf(workspaceId: string): Promise<Routes> {
  const isHeard = isHearing();
  const known = isHeard ? (remembered.get(workspaceId) ?? asking.get(workspaceId)) : undefined;
  if (known) return known;
  const answer: Promise<Routes> = read(workspaceId).then(
    (routes) => {
      if (!isHeard) return routes;
      if (asking.get(workspaceId) !== answer) return routesOf(workspaceId);
      asking.delete(workspaceId);
      if (remembered.size >= mostWorkspaces) remembered.clear();
      remembered.set(workspaceId, routes);
      return routes;
    },
    (error) => {
      if (asking.get(workspaceId) === answer) asking.delete(workspaceId);
      throw error;
    },
  );
  if (isHeard) asking.set(workspaceId, answer);
  return answer;
}

async function read(workspaceId: string): Promise<Routes> {
  const rows = await transaction("read", { workspaceId }, (db) => listAll(db, workspaceId));
  return new Map(rows.map((route) => [route.id, route]));
}
