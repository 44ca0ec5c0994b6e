import { z } from "zod";
import { enterWorkspace } from "@/db/client";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { holdModel } from "../authority";
import * as changes from "../changes";
import { endShare, shareModel } from "../input";
import { changeOf } from "../router";
import { lockTarget } from "../target";
import * as sharing from "./queries";

export const modelSharingRouter = t.router({
  /** Returns the other workspaces with which this person could share a model, or to which they could move it. */
  targets: workspaceProcedure("model:manage", z.strictObject({})).query(({ ctx }) =>
    sharing.targets(ctx.db, ctx.person.id, ctx.workspace.workspaceId),
  ),

  /**
   * Lets another workspace use a model, until the end of a day or without an end. If it is already shared, the end is
   * changed. Refuses `model_archived`, and `invalid_input` for a day in the past.
   */
  share: refusing(["model_archived"], workspaceProcedure("model:manage", shareModel, "any")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId, name, slug } = ctx.workspace;
      const target = await lockTarget(ctx, input.target);
      const model = await holdModel(ctx, input.modelId);
      if (model.archivedAt) throw refuse("model_archived");
      const shared = await sharing.share(ctx.db, workspaceId, model.id, {
        to: target.workspaceId,
        by: ctx.person.id,
        lastDay: input.lastDay,
      });
      if (!shared) throw refuse("invalid_input", { lastDay: "That day is over. Choose a later one, or none." });
      const endsAt = shared.endsAt?.toISOString() ?? null;
      await changes.record(changeOf(ctx), "model.shared", model, {
        after: { with: target.slug, workspaceName: target.name, endsAt },
      });
      await enterWorkspace(ctx.db, target.workspaceId);
      await changes.record({ ...changeOf(ctx), workspaceId: target.workspaceId }, "model.shared_here", model, {
        after: { by: slug, workspaceName: name, modelName: model.name, endsAt },
      });
    },
  ),

  /** Ends a share at once. Refuses `not_found` when there is none. */
  endShare: workspaceProcedure("model:manage", endShare, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId, name, slug } = ctx.workspace;
    const model = await holdModel(ctx, input.modelId);
    const shares = await sharing.sharesOf(ctx.db, workspaceId, model.id);
    const share = shares.find((each) => each.slug === input.target);
    if (!share || !(await sharing.endShare(ctx.db, workspaceId, model.id, share.workspaceId)))
      throw refuse("not_found");
    await changes.record(changeOf(ctx), "model.share_ended", model, {
      before: { with: share.slug, workspaceName: share.name, endsAt: share.endsAt?.toISOString() ?? null },
    });
    await enterWorkspace(ctx.db, share.workspaceId);
    await changes.record({ ...changeOf(ctx), workspaceId: share.workspaceId }, "model.share_ended_here", model, {
      before: { by: slug, workspaceName: name, modelName: model.name },
    });
  }),
});
