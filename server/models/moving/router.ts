import { enterWorkspace } from "@/db/client";
import { refusing, workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { allowanceOf, allowsMade } from "@/server/model-servers/allowances/allowances";
import { ModelServerDown, tunedModel } from "@/server/model-servers/catalogue";
import { currency, priceOf } from "@/server/usage/prices";
import { holdModel } from "../authority";
import * as changes from "../changes";
import { moveModel, previewMove, registerModel } from "../input";
import { lineageToGo } from "../lineage/lineage";
import * as usage from "../lineage/queries";
import { newModelId } from "../own-id";
import * as models from "../queries";
import { changeOf } from "../router";
import * as sharing from "../sharing/queries";
import { findTarget, lockTarget } from "../target";
import * as moving from "./queries";

export const modelMovingRouter = t.router({
  /**
   * Returns what moving a model to another workspace would change. It reads both workspaces, so it is not one of a
   * page's shared reads.
   */
  movePreview: refusing(["workspace_suspended"], workspaceStepsProcedure("model:manage", previewMove)).query(
    ({ ctx, input }) =>
      ctx.step("read", async (db, workspace) => {
        const { workspaceId } = workspace;
        const target = await findTarget({ db, person: ctx.person, workspace }, input.target);
        const model = await models.find(db, workspaceId, input.modelId);
        if (!model) throw refuse("not_found");
        const [keys, shares, used, here] = await Promise.all([
          usage.keysOn(db, workspaceId, model.id),
          sharing.sharesOf(db, workspaceId, model.id),
          usage.usage(db, workspaceId, model.id),
          moving.limitsOn(db, workspaceId, model.id),
        ]);
        await enterWorkspace(db, target.workspaceId);
        const there = await moving.limitsOn(db, target.workspaceId, model.id);
        return {
          target: { slug: target.slug, name: target.name },
          keys,
          used,
          sharesEnded: shares.map(({ name }) => name),
          limits: { here, there },
          visibility: model.visibility === "workspace" ? ("workspace" as const) : ("private" as const),
          ...priceOf(model.id),
          currency: currency(),
        };
      }),
  ),

  /**
   * Moves a model to another workspace, with the same id. A model that is not for the whole workspace becomes private
   * to the Admin who moves it. Refuses `name_mismatch` when its name was not typed correctly.
   */
  move: refusing(["name_mismatch"], workspaceProcedure("model:manage", moveModel, "any")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId, name, slug } = ctx.workspace;
      const target = await lockTarget(ctx, input.target);
      const model = await holdModel(ctx, input.modelId);
      if (input.confirmation.trim() !== model.name)
        throw refuse("name_mismatch", { confirmation: "Type the model's name exactly as shown." });
      const lineage = await lineageToGo(ctx.db, { workspaceId, name }, model);
      await changes.record(changeOf(ctx), "model.moved_away", model, {
        before: { name: model.name, visibility: model.visibility, createdBy: model.createdBy },
        after: { to: target.slug, workspaceName: target.name },
      });
      await moving.retire(ctx.db, workspaceId, model.id, target.workspaceId);
      await enterWorkspace(ctx.db, target.workspaceId);
      const makerId = model.visibility === "workspace" ? model.createdBy : ctx.person.id;
      await moving.takeIn(ctx.db, target.workspaceId, model, { makerId, lineage });
      await changes.record({ ...changeOf(ctx), workspaceId: target.workspaceId }, "model.moved_here", model, {
        after: { from: slug, workspaceName: name, name: model.name },
      });
      return { slug: target.slug, name: target.name };
    },
  ),

  /**
   * Registers a tuned model that already runs at a model server, for the first workspace that asks. Refuses
   * `model_not_free`, with the same answer for a model that does not run, is a base model, is not allowed or belongs to
   * another workspace; and `models_unknown` while a model server has not listed its models.
   */
  register: refusing(
    ["model_not_free", "models_unknown"],
    workspaceStepsProcedure("model:manage", registerModel, "any"),
  ).mutation(async ({ ctx, input }) => {
    const { upstream, name, description, visibility } = input;
    const workspaceId = await ctx.step("read", async (_db, workspace) => workspace.workspaceId);
    const running = await tunedModel(upstream, workspaceId).catch((error) => {
      throw error instanceof ModelServerDown ? refuse("models_unknown") : error;
    });
    const [first] = running;
    if (!first) throw refuse("model_not_free");
    const { base, contextLength } = running.find((each) => each.base !== null) ?? first;
    const allowance = await allowanceOf(workspaceId);
    const found = running.find((each) => allowsMade(allowance, { origin: "registered", base, upstream }, each));
    if (!found) throw refuse("model_not_free");
    const id = newModelId(base ?? upstream);
    await ctx.step("write", async (db, { workspaceId }) => {
      const isAdded = await models.add(db, workspaceId, {
        ...{ id, origin: "registered", name, description, base, contextLength, visibility, upstream },
        ...{ modelServer: found.server.settings.name, createdBy: ctx.person.id },
      });
      if (!isAdded) throw refuse("model_not_free");
      await audit.record(db, workspaceId, ctx, {
        action: "model.registered",
        target: { type: "model", id },
        after: { name, base, visibility, upstream },
      });
    });
    return { id };
  }),
});
