import { refuse } from "@/server/api/refusals";
import * as changes from "./changes";
import * as models from "./queries";

/**
 * Lets one more member use a locked model; does nothing for a member who already may. A private model is then for its
 * maker and this member. Refuses `invalid_input` when the model already names as many members as it can.
 */
export async function admitMember(change: changes.Change, model: models.OwnModel, userId: string): Promise<void> {
  const { db, workspaceId, isAdmin } = change;
  if (model.visibility === "workspace" || (model.visibility === "private" && model.createdBy === userId)) return;
  const before = (await models.membersOf(db, workspaceId, model.id)).map((member) => member.userId).sort();
  if (model.visibility === "members" && before.includes(userId)) return;
  const kept = model.visibility === "members" ? before : model.createdBy ? [model.createdBy] : [];
  const after = [...new Set([...kept, userId])].sort();
  if (after.length > models.mostMembers)
    throw refuse("invalid_input", { people: `A model names at most ${models.mostMembers} members.` });
  await models.setVisibility(db, workspaceId, model.id, "members", after, isAdmin || model.visibilityByAdmin);
  await changes.record(change, "model.visibility_changed", model, {
    before: { visibility: model.visibility, members: before },
    after: { visibility: "members", members: after },
  });
}
