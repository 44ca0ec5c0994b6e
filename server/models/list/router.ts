import { can } from "@/server/access/permissions";
import { workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as allowances from "@/server/model-servers/allowances/queries";
import { currency, priceOf } from "@/server/usage/prices";
import { baseModels } from "../base-models";
import { showModel } from "../details";
import { listModels, oneModel, searchModels } from "../input";
import { describe, isServed } from "../own-cards";
import { listAll } from "../routes/queries";
import * as list from "./queries";

/** The most base models on a page; a search finds the others. */
const mostBase = 100;

export const modelListRouter = t.router({
  /**
   * Returns a page of the workspace's own models and the ones that are shared with it, as far as the person may see
   * them.
   */
  list: workspaceProcedure("model:read", listModels).query(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    const reader = { personId: ctx.person.id, seesAll: can(role, "model:manage") };
    const [page, total, allowance] = await Promise.all([
      list.list(ctx.db, workspaceId, reader, input),
      list.total(ctx.db, workspaceId, reader, input),
      allowances.find(ctx.db, workspaceId),
    ]);
    const rows = page.rows.map((row) => {
      const { modelServer: _server, upstream: _upstream, makerId, ...shown } = row;
      return {
        ...shown,
        makerId,
        isMine: makerId === ctx.person.id,
        contextLength: describe(row, workspaceId, allowance).contextLength,
        isServed: isServed(row, workspaceId),
        ...priceOf(row.id),
      };
    });
    return { ...page, rows, total, currency: currency() };
  }),

  /** Returns the base models that match a search, at most `mostBase`; null: no model server has listed its models. */
  base: workspaceStepsProcedure("model:read", searchModels).query(async ({ ctx, input }) => {
    const workspaceId = await ctx.step("read", async (_db, workspace) => workspace.workspaceId);
    const found = await baseModels(workspaceId, input.search);
    return { rows: found?.slice(0, mostBase) ?? null, total: found?.length ?? 0, currency: currency() };
  }),

  /**
   * Returns the models for which this person's key could be restricted, by id: first the workspace's routes and models,
   * then the base models.
   */
  choices: workspaceStepsProcedure("model:read", searchModels.omit({ search: true })).query(async ({ ctx }) => {
    const { own, routes, workspaceId } = await ctx.step("read", async (db, { workspaceId }) => ({
      workspaceId,
      own: await list.usableIds(db, workspaceId, ctx.person.id),
      routes: await listAll(db, workspaceId),
    }));
    const base = (await baseModels(workspaceId)) ?? [];
    return [
      ...routes.map(({ id }) => ({ id, name: id })),
      ...own,
      ...base.slice(0, mostBase).map(({ id, name }) => ({ id, name })),
    ];
  }),

  /** Returns the data of a model's page: the workspace's own model, one that is shared with it, or a base model. */
  get: workspaceStepsProcedure("model:read", oneModel).query(async ({ ctx, input }) => {
    const shown = await showModel(ctx, input.modelId);
    if (!shown) throw refuse("not_found");
    return { ...shown, ...priceOf(shown.id), currency: currency() };
  }),
});
