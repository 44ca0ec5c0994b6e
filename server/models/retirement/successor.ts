import type { Db } from "@/db/client";
import { isRouteId } from "@/server/access/route-ids";
import * as allowances from "@/server/model-servers/allowances/queries";
import { mayUseBase, offeredId } from "@/server/model-servers/base-names";
import * as usable from "../usable/queries";
import { isFor } from "../visibility";
import * as retirements from "./queries";

/**
 * Returns a successor's name for a person, or with null for a reader that is not a person. Null: there is none that
 * this reader may use.
 */
export type NamedSuccessor = (personId: string | null) => string | null;

/**
 * Returns a function that names a successor to the people in a workspace who may use it. Must be called in a
 * transaction inside that workspace.
 */
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
