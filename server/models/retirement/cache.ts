import { transaction } from "@/db/client";
import { isRouteId } from "@/server/access/route-ids";
import { rememberByWorkspace } from "@/server/platform/announcements/by-workspace";
import { listAll, type Retirement } from "./queries";

export type Retirements = ReadonlyMap<string, Retirement>;

/**
 * Returns the retirements that a workspace's requests meet, as they are remembered: until a change is announced, and until the next
 * day comes or a rehearsal ends, whose moments the database's clock decides.
 *
 * @throws (rejects) when the database has to be asked and cannot be
 */
export const retirementsOf = rememberByWorkspace(
  "models",
  async (workspaceId): Promise<Retirements> => {
    const rows = await transaction("read", { workspaceId }, (db) => listAll(db, workspaceId));
    return new Map(rows.map((retirement) => [retirement.modelId, retirement]));
  },
  (retirements) =>
    [...retirements.values()].reduce(
      (earliest, { msLeft }) => Math.min(earliest, msLeft ?? Number.POSITIVE_INFINITY),
      Number.POSITIVE_INFINITY,
    ),
);

/** Returns the retirement of a model of a workspace's own or a route; undefined: none is announced. Base models have none. */
export async function retirementOf(modelId: string, workspaceId: string): Promise<Retirement | undefined> {
  if (!modelId.startsWith("ft:") && !isRouteId(modelId)) return undefined;
  return (await retirementsOf(workspaceId)).get(modelId);
}

/** Whether requests are to be treated as retired now: the day has come, or a rehearsal goes on. */
export const isRetired = ({ isOver, rehearsalEndsAt }: Retirement): boolean => isOver || rehearsalEndsAt !== null;
