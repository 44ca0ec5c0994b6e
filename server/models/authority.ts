import type { Db } from "@/db/client";
import { can, type Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as models from "./queries";
import { isFor } from "./visibility";

/** Checks whether a member may change a model: any with `model:manage`, their own with `model:fine-tune`. */
export function mayChange(role: Role, personId: string, model: { createdBy: string | null }): boolean {
  return can(role, "model:manage") || (can(role, "model:fine-tune") && model.createdBy === personId);
}

/** Checks whether a member sees a model: members who may use it, and those who manage models. */
export function maySee(
  role: Role,
  personId: string,
  model: Pick<models.OwnModel, "visibility" | "createdBy">,
  memberIds: string[],
): boolean {
  if (can(role, "model:manage")) return true;
  return isFor(personId, { isShared: false, visibility: model.visibility, makerId: model.createdBy, memberIds });
}

type Manager = { db: Db; person: { id: string }; workspace: { workspaceId: string; role: Role } };

/**
 * Locks a model of the workspace until the transaction ends, for a member who may change it. Refuses `not_found` for a
 * model that they may not see, `not_permitted`.
 */
export async function holdModel({ db, person, workspace }: Manager, modelId: string): Promise<models.OwnModel> {
  const { workspaceId, role } = workspace;
  const model = await models.hold(db, workspaceId, modelId);
  if (!model) throw refuse("not_found");
  if (mayChange(role, person.id, model)) return model;
  const named = model.visibility === "members" ? await models.membersOf(db, workspaceId, modelId) : [];
  const isSeen = maySee(
    role,
    person.id,
    model,
    named.map(({ userId }) => userId),
  );
  throw refuse(isSeen ? "not_permitted" : "not_found");
}
