import type { ModelVisibility } from "@/db/schema/models";
import { can, type Role } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { oneByOne } from "@/server/api/one-by-one";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as membership from "@/server/membership/queries";
import { holdModel } from "./authority";
import * as changes from "./changes";
import { manyModels, oneModel, reassignModel, removeModel, setVisibility, updateModel } from "./input";
import * as models from "./queries";

/** Changes of a workspace's own models. Each procedure checks itself whether a maker may change the model. */
export const modelsRouter = t.router({
  /** Changes a model's name or description. */
  update: workspaceProcedure("model:fine-tune", updateModel, "any").mutation(async ({ ctx, input }) => {
    const model = await holdModel(ctx, input.modelId);
    await changes.update(changeOf(ctx), model, input);
  }),

  /**
   * Sets who may use a model. A maker who limits their own model to some members stays one of them. Refuses
   * `invalid_input`; and `model_held` to members who are not Admins, when more members would get access than an Admin
   * has allowed.
   */
  setVisibility: refusing(["model_held"], workspaceProcedure("model:fine-tune", setVisibility, "any")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId } = ctx.workspace;
      const model = await holdModel(ctx, input.modelId);
      const isForSome = input.visibility === "members";
      const asked = isForSome ? { userIds: input.people, emails: input.emails } : { userIds: [], emails: [] };
      const found = await models.knownMembers(ctx.db, workspaceId, asked);
      const missing = asked.emails.find((address) => !found.some(({ email }) => email === address));
      if (missing) throw refuse("invalid_input", { emails: `${missing} is no member of this workspace.` });
      if (asked.userIds.some((id) => !found.some(({ userId }) => userId === id)))
        throw refuse("invalid_input", { people: "One of them is no member of this workspace any more." });
      const own = isForSome && model.createdBy === ctx.person.id ? [ctx.person.id] : [];
      const after = [...new Set([...found.map(({ userId }) => userId), ...own])].sort();
      if (isForSome && after.length === 0) throw refuse("invalid_input", { people: "Choose at least one member." });
      if (after.length > models.mostMembers)
        throw refuse("invalid_input", { people: `Name at most ${models.mostMembers} members.` });
      const before = (await models.membersOf(ctx.db, workspaceId, model.id)).map(({ userId }) => userId).sort();
      if (model.visibility === input.visibility && String(before) === String(after)) return;
      const isAdmin = can(ctx.workspace.role, "model:manage");
      const isWider = widens(
        { visibility: model.visibility, memberIds: before },
        { visibility: input.visibility, memberIds: after },
      );
      if (model.visibilityByAdmin && !isAdmin && isWider) throw refuse("model_held");
      const byAdmin = input.visibility !== "workspace" && (isAdmin || model.visibilityByAdmin);
      await models.setVisibility(ctx.db, workspaceId, model.id, input.visibility, after, byAdmin);
      await changes.record(changeOf(ctx), "model.visibility_changed", model, {
        before: { visibility: model.visibility, members: before },
        after: { visibility: input.visibility, members: after },
      });
    },
  ),

  /** Archives a model: it cannot be used until it is restored, not even through its shares. */
  archive: workspaceProcedure("model:fine-tune", oneModel, "any").mutation(async ({ ctx, input }) => {
    await changes.setArchived(changeOf(ctx), await holdModel(ctx, input.modelId), true);
  }),

  /**
   * Archives several models. Each is archived as it would be alone, or is left unchanged and reported with the reason.
   */
  archiveMany: workspaceProcedure("model:fine-tune", manyModels, "any").mutation(({ ctx, input }) =>
    oneByOne(ctx, input.modelIds, async (one, modelId) =>
      changes.setArchived(changeOf(one), await holdModel(one, modelId), true),
    ),
  ),

  /** Restores an archived model. Refuses `model_held` to members who are not Admins when an Admin archived it. */
  restore: refusing(["model_held"], workspaceProcedure("model:fine-tune", oneModel, "any")).mutation(
    async ({ ctx, input }) => {
      await changes.setArchived(changeOf(ctx), await holdModel(ctx, input.modelId), false);
    },
  ),

  /** Deletes a model for good. Refuses `name_mismatch` when its name was not typed correctly. */
  remove: refusing(["name_mismatch"], workspaceProcedure("model:fine-tune", removeModel, "any")).mutation(
    async ({ ctx, input }) => {
      const model = await holdModel(ctx, input.modelId);
      if (input.confirmation.trim() !== model.name)
        throw refuse("name_mismatch", { confirmation: "Type the model's name exactly as shown." });
      await changes.remove(changeOf(ctx), model);
    },
  ),

  /** Makes a member the maker of a model, who may change it, and use it while it is private. */
  reassign: workspaceProcedure("model:manage", reassignModel, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    // Without the lock, a member who is removed meanwhile would own it afterwards.
    await lockWorkspaceAndRecheckRole(ctx);
    const [model, member] = [
      await holdModel(ctx, input.modelId),
      await membership.find(ctx.db, workspaceId, input.userId),
    ];
    if (!member) throw refuse("not_found");
    if (model.createdBy === input.userId) return;
    await models.update(ctx.db, workspaceId, model.id, { createdBy: input.userId });
    await changes.record(changeOf(ctx), "model.reassigned", model, {
      before: { createdBy: model.createdBy },
      after: { createdBy: input.userId },
    });
  }),
});

type Ctx = Pick<changes.Change, "db"> & changes.Change["actor"] & { workspace: { workspaceId: string; role: Role } };

/** Returns a change by the caller. */
export function changeOf({ db, person, origin, workspace }: Ctx): changes.Change {
  const { workspaceId, role } = workspace;
  return { db, workspaceId, actor: { person, origin }, isAdmin: can(role, "model:manage") };
}

type Reach = { visibility: ModelVisibility; memberIds: string[] };

/**
 * Checks whether a change lets more members use a model. A private model is for its maker, who may use it in each case.
 */
function widens(before: Reach, after: Reach): boolean {
  if (before.visibility === "workspace" || after.visibility === "private") return false;
  if (after.visibility === "workspace" || before.visibility === "private") return true;
  return after.memberIds.some((id) => !before.memberIds.includes(id));
}
