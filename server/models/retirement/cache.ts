import { transaction } from "@/db/client";
import { isRouteId } from "@/server/access/route-ids";
import { rememberByWorkspace } from "@/server/platform/announcements/by-workspace";
import { listAll, type Retirement } from "./queries";

export type Retirements = ReadonlyMap<string, Retirement>;

/**
 * Returns the retirements that apply to a workspace's requests, from a cache. It is valid until a change is announced,
 * and until the next retirement's day or the end of a rehearsal, by the database's clock.
 *
 * @throws (rejects) when the database must be asked and the query fails
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

/**
 * Returns the retirement of a workspace's own model or of a route; undefined: none is announced. Base models are not
 * included.
 */
export async function retirementOf(modelId: string, workspaceId: string): Promise<Retirement | undefined> {
  if (!modelId.startsWith("ft:") && !isRouteId(modelId)) return undefined;
  return (await retirementsOf(workspaceId)).get(modelId);
}

/** Whether requests are treated as after the retirement: its day has come, or there is a rehearsal. */
export const isRetired = ({ isOver, rehearsalEndsAt }: Retirement): boolean => isOver || rehearsalEndsAt !== null;
