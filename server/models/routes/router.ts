import type { Db } from "@/db/client";
import { routePrefix } from "@/server/access/route-ids";
import { workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { allowanceOf } from "@/server/model-servers/allowances/allowances";
import { searchModels } from "@/server/models/input";
import { baseModels } from "../base-models";
import { usableModels } from "../cache";
import { createRoute, mostRoutes, removeRoute, type SentRule, updateRoute } from "./input";
import * as routes from "./queries";
import { type RouteRule, readRule } from "./rule";
import { isMissing, stateOf } from "./states";

export const routesRouter = t.router({
  /** Returns the workspace's routes, with the reason why a model of theirs cannot answer. */
  list: workspaceStepsProcedure("model:read", searchModels.omit({ search: true })).query(async ({ ctx }) => {
    const { rows, workspaceId } = await ctx.step("read", async (db, { workspaceId }) => ({
      workspaceId,
      rows: await routes.listShown(db, workspaceId),
    }));
    const [base, own, allowance] = await Promise.all([
      baseModels(workspaceId),
      usableModels(workspaceId),
      allowanceOf(workspaceId),
    ]);
    const stated = (model: string) => ({ model, state: stateOf(model, workspaceId, own, base !== null, allowance) });
    return rows.map(({ saverModel, saverPercent, models, ...route }) => ({
      ...route,
      models: models.map(({ model, weight }) => ({ ...stated(model), weight })),
      saver: saverModel === null || saverPercent === null ? null : { ...stated(saverModel), percent: saverPercent },
    }));
  }),

  /**
   * Creates a route. Refuses `invalid_input` for a name that is taken, a model that does not exist, and when there are
   * too many routes.
   */
  create: workspaceStepsProcedure("model:manage", createRoute, "any").mutation(async ({ ctx, input }) => {
    const route = { id: routePrefix + input.routeName, ...ruleIn(input) };
    await checkModels(await ctx.step("read", async (_db, { workspaceId }) => workspaceId), route, []);
    await ctx.step("write", async (db, { workspaceId }) => {
      if ((await routes.total(db, workspaceId)) >= mostRoutes)
        throw refuse("invalid_input", { routeName: `A workspace has at most ${mostRoutes} routes.` });
      if (!(await routes.add(db, workspaceId, route, ctx.person.id)))
        throw refuse("invalid_input", { routeName: "There is a route of this name." });
      await audit.record(db, workspaceId, ctx, {
        action: "route.created",
        target: { type: "route", id: route.id },
        after: detailsOf(route),
      });
    });
  }),

  /**
   * Changes a route's models or rule. Refuses `not_found`, and `invalid_input` for an added model that does not exist.
   */
  update: workspaceStepsProcedure("model:manage", updateRoute, "any").mutation(async ({ ctx, input }) => {
    const route = { id: input.routeId, ...ruleIn(input) };
    const { workspaceId, before } = await ctx.step("read", async (db, { workspaceId }) => ({
      workspaceId,
      before: await existing(db, workspaceId, route.id, routes.find),
    }));
    await checkModels(workspaceId, route, namesOf(before));
    await ctx.step("write", async (db, { workspaceId }) => {
      const before = await existing(db, workspaceId, route.id);
      if (JSON.stringify(detailsOf(before)) === JSON.stringify(detailsOf(route))) return;
      await routes.update(db, workspaceId, route);
      await audit.record(db, workspaceId, ctx, {
        action: "route.updated",
        target: { type: "route", id: route.id },
        before: detailsOf(before),
        after: detailsOf(route),
      });
    });
  }),

  /** Deletes a route. New requests for it are refused; requests in progress go on. Refuses `not_found`. */
  remove: workspaceProcedure("model:manage", removeRoute, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const before = await existing(ctx.db, workspaceId, input.routeId);
    await routes.remove(ctx.db, workspaceId, before.id);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "route.deleted",
      target: { type: "route", id: before.id },
      before: detailsOf(before),
    });
  }),
});

function ruleIn(sent: SentRule): RouteRule {
  const { mode, models, weights, saverModel, saverPercent } = sent;
  const read = readRule({ mode, models, weights, saverModel, saverPercent });
  if ("problems" in read) throw refuse("invalid_input", read.problems);
  return read.rule;
}

async function existing(db: Db, workspaceId: string, id: string, look = routes.hold): Promise<routes.Route> {
  const found = await look(db, workspaceId, id);
  if (!found) throw refuse("not_found");
  return found;
}

const namesOf = ({ models, saverModel }: RouteRule) => [
  ...models.map(({ model }) => model),
  ...(saverModel === null ? [] : [saverModel]),
];

/** @param former the models that the route had before; these are not checked, because they may be gone */
async function checkModels(workspaceId: string, rule: RouteRule, former: string[]): Promise<void> {
  const own = await usableModels(workspaceId);
  for (const model of namesOf(rule).filter((each) => !former.includes(each)))
    if (await isMissing(model, workspaceId, own)) {
      const field = rule.models.some((each) => each.model === model) ? "models" : "saverModel";
      throw refuse("invalid_input", { [field]: `There is no model ${model.slice(0, 100)} in this workspace.` });
    }
}

/** Returns the details of a route for the audit log. */
function detailsOf({ mode, models, saverModel, saverPercent }: RouteRule) {
  const named = models.map(({ model, weight }) => (mode === "weighted" ? `${model} (${weight})` : model));
  return { mode, models: named, saverModel, saverPercent };
}
