import type { Db } from "@/db/client";
import { refuse } from "@/server/api/refusals";
import type { ActionOn } from "@/server/audit/catalogue";
import type { AuditDetails } from "@/server/audit/details";
import * as audit from "@/server/audit/queries";
import * as models from "./queries";

/**
 * Where a change happens and who makes it: a person in the browser, or a program with a key. `isAdmin`: whether they may change
 * every model.
 */
export type Change = { db: Db; workspaceId: string; actor: audit.Actor; isAdmin: boolean; keyId?: string };

/** Gives a model that is held another name or description; what is undefined or the same stays. */
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
 * Archives a model that is held, or restores it; what is so already stays. What an Admin archived, only an Admin restores, also
 * where its maker had done so first. Refuses `model_held`.
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

/** Deletes a model that is held. The model server is asked to do the same once this is committed. */
export async function remove(change: Change, model: models.OwnModel): Promise<void> {
  await models.remove(change.db, change.workspaceId, model.id);
  const { name, origin, base, modelServer, upstream } = model;
  await record(change, "model.deleted", model, { before: { name, origin, base, modelServer, upstream } });
}

/** Records a change of a model, in its transaction. */
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
