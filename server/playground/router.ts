import { refusing, workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { allowanceOf } from "@/server/model-servers/allowances/allowances";
import { type Capabilities, mayChat } from "@/server/model-servers/cards";
import { baseModels } from "@/server/models/base-models";
import * as models from "@/server/models/list/queries";
import { describe } from "@/server/models/own-cards";
import { listAll } from "@/server/models/routes/queries";
import { currency, priceOf } from "@/server/usage/prices";
import { enterPlayground } from "./input";

export const playgroundRouter = t.router({
  /**
   * Checks that the person may chat with the workspace's models in the browser, and returns the workspace and the
   * member for the usage.
   */
  enter: refusing(["viewing_as"], workspaceProcedure("model:use", enterPlayground)).query(({ ctx }) => {
    // A query, but refused while viewing as a role, because a chat costs money.
    if (ctx.workspace.isViewedAs) throw refuse("viewing_as");
    return { workspaceId: ctx.workspace.workspaceId, memberId: ctx.person.id };
  }),

  /**
   * Checks that the person may try a route before it is saved, and returns the workspace and the member for the usage.
   */
  enterTrial: refusing(["viewing_as"], workspaceProcedure("model:manage", enterPlayground)).query(({ ctx }) => {
    if (ctx.workspace.isViewedAs) throw refuse("viewing_as");
    return { workspaceId: ctx.workspace.workspaceId, memberId: ctx.person.id };
  }),

  /**
   * Returns what the person may chat with: the workspace's own models, base models, and routes, which have no price.
   * Each with its known abilities. Prices in micro-units per million tokens.
   */
  models: workspaceStepsProcedure("model:read", enterPlayground).query(async ({ ctx }) => {
    const { own, routes, workspaceId } = await ctx.step("read", async (db, { workspaceId }) => ({
      workspaceId,
      own: await models.usableIds(db, workspaceId, ctx.person.id),
      routes: (await listAll(db, workspaceId)).map(({ id }) => ({ id, name: id, can: {} })),
    }));
    const base = ((await baseModels(workspaceId)) ?? []).filter(({ capabilities }) => mayChat(capabilities));
    const allowance = await allowanceOf(workspaceId);
    const choice = ({ id, name }: { id: string; name: string }, { vision, function_calling }: Capabilities) => ({
      ...{ id, name, prices: priceOf(id) },
      can: { vision, tools: function_calling },
    });
    const described = own.map((model) => ({
      model,
      capabilities: describe(model, workspaceId, allowance).capabilities,
    }));
    return {
      own: described
        .filter(({ capabilities }) => mayChat(capabilities))
        .map(({ model, capabilities }) => choice(model, capabilities)),
      base: base.map((model) => choice(model, model.capabilities)),
      routes,
      currency: currency(),
    };
  }),
});
