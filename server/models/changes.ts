import type { Db } from "@/db/client";
import { refuse } from "@/server/api/refusals";
import type { ActionOn } from "@/server/audit/catalogue";
import type { AuditDetails } from "@/server/audit/details";
import * as audit from "@/server/audit/queries";
import * as models from "./queries";

/**
 * The workspace and the author of a change: a person in the browser, or a program with a key. `isAdmin`: whether they
 * may change every model.
 */
export type Change = { db: Db; workspaceId: string; actor: audit.Actor; isAdmin: boolean; keyId?: string };

/** Changes the name or description of a locked model; undefined or equal values change nothing. */
export async function update(
  change: Change,
  model: models.OwnModel,
  asked: { name?: string | undefined; description?: string | undefined },
): Promise<models.OwnModel> {
  const next = { ...model, name: asked.name ?? model.name, description: asked.description ?? model.description };
  const { name, description } = next;
  if (name === model.name && description === model.description) return model;
  await models.update(change.db, change.workspaceId, model.id, { name, description });
  await record(change, "model.updated", model, {
    before: { name: model.name, description: model.description },
    after: { name, description },
  });
  return next;
}

/**
 * Archives or restores a locked model; does nothing if it is so already. A model that an Admin archived can be restored
 * only by an Admin, even if its maker had archived it before. Refuses `model_held`.
 */
export async function setArchived(change: Change, model: models.OwnModel, isArchived: boolean): Promise<void> {
  const isSame = (model.archivedAt !== null) === isArchived;
  if (!isArchived && model.archivedByAdmin && !change.isAdmin) throw refuse("model_held");
  const byAdmin = isArchived && (change.isAdmin || model.archivedByAdmin);
  if (isSame && byAdmin === model.archivedByAdmin) return;
  await models.setArchived(change.db, change.workspaceId, model.id, isArchived, byAdmin);
  if (isSame) return;
  await record(change, isArchived ? "model.archived" : "model.restored", model, {});
}

/** Deletes a locked model. After the commit, a job deletes it at its model server too. */
export async function remove(change: Change, model: models.OwnModel): Promise<void> {
  await models.remove(change.db, change.workspaceId, model.id);
  const { name, origin, base, modelServer, upstream } = model;
  await record(change, "model.deleted", model, { before: { name, origin, base, modelServer, upstream } });
}

/** Writes the audit row of a change of a model, in the same transaction. */
export function record<Action extends ActionOn<"model">>(
  { db, workspaceId, actor, keyId }: Change,
  action: Action,
  { id }: { id: string },
  { before, after }: { before?: AuditDetails<Action>; after?: AuditDetails<Action> },
): Promise<void> {
  const noted = keyId === undefined ? after : { ...after, keyId };
  // TypeScript cannot follow the action through the union; the caller's details were checked against it above.
  return audit.record(db, workspaceId, actor, {
    action,
    target: { type: "model", id },
    ...(before && { before }),
    ...(noted && { after: noted }),
  } as audit.AuditEvent);
}
