import type { Db } from "@/db/client";
import { isRouteId } from "@/server/access/route-ids";
import * as allowances from "@/server/model-servers/allowances/queries";
import { mayUseBase, offeredId } from "@/server/model-servers/base-names";
import * as usable from "../usable/queries";
import { isFor } from "../visibility";
import * as retirements from "./queries";

/** Returns a successor's name for a person; null, also for what is no person's: to them it is as if there were none. */
export type NamedSuccessor = (personId: string | null) => string | null;

/** Finds out to whom in a workspace a successor is named: to those who may use it. In that workspace's transaction. */
export async function successorFor(db: Db, workspaceId: string, successor: string | null): Promise<NamedSuccessor> {
  if (successor === null) return () => null;
  if (successor.startsWith("ft:")) {
    const model = await usable.find(db, workspaceId, successor);
    return (personId) => (model && !model.isArchived && isFor(personId, model) ? successor : null);
  }
  const isTheirs = isRouteId(successor)
    ? await retirements.isOwn(db, workspaceId, successor)
    : mayUseBase(offeredId(successor, workspaceId) ?? successor, workspaceId, await allowances.find(db, workspaceId));
  return () => (isTheirs ? successor : null);
}
