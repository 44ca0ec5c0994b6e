import { z } from "zod";
import { can } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { currency, listPrices } from "@/server/usage/prices";
import * as billing from "../queries";
import { changeRate } from "./change-rate";
import { listKeys, removeRate, setRate } from "./input";
import * as rates from "./queries";

export const rateLimitsRouter = t.router({
  /**
   * Returns the workspace's limits per minute with their use, the operators' ceiling (null: none), and the spend and
   * spending limits of the workspace and the person.
   */
  get: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    const userId = ctx.person.id;
    const [{ now }, rows, ceiling, settings, workspace, own, ownSpend] = await Promise.all([
      billing.clock(ctx.db),
      rates.list(ctx.db, workspaceId),
      rates.ceiling(ctx.db, workspaceId),
      billing.settings(ctx.db, workspaceId),
      billing.spend(ctx.db, workspaceId, "workspace"),
      billing.member(ctx.db, workspaceId, userId),
      billing.spend(ctx.db, workspaceId, `member:${userId}`),
    ]);
    return {
      now,
      ownId: userId,
      currency: currency(),
      rates: rows,
      ceiling,
      monthly: {
        workspace: { ...workspace, limit: settings.limit },
        own: { ...ownSpend, limit: own?.limit ?? null },
      },
    };
  }),

  /** Returns a page of keys with their own limits and use: the caller's own or, with `key:manage-any`, all. */
  keys: workspaceProcedure("usage:read", listKeys).query(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    const isAll = can(role, "key:manage-any");
    const ownerId = isAll ? null : ctx.person.id;
    const [page, total] = await Promise.all([
      rates.listKeys(ctx.db, workspaceId, ownerId, input),
      rates.countKeys(ctx.db, workspaceId, ownerId, input.search),
    ]);
    const rows = page.rows.map(({ ownerId, ...key }) => ({
      ...key,
      isMine: ownerId === ctx.person.id && !key.isService,
    }));
    return { ...page, rows, total, isAll };
  }),

  /** Returns the models for which a limit can be set: those used lately, and those with a price. */
  models: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => {
    const used = await rates.usedModels(ctx.db, ctx.workspace.workspaceId);
    const priced = listPrices()
      .map(({ model }) => model)
      .filter((model) => model !== "*");
    return [...new Set([...used, ...priced])];
  }),

  /** Sets the workspace's limits per minute for a model, or for all models together. Refuses `too_many_rate_limits`. */
  setRate: refusing(["too_many_rate_limits"], workspaceProcedure("limit:manage", setRate, "any")).mutation(
    async ({ ctx, input }) => {
      const { model, requestsPerMinute, tokensPerMinute } = input;
      if (requestsPerMinute === null && tokensPerMinute === null)
        throw refuse("invalid_input", { requestsPerMinute: "Enter at least one of the two." });
      await changeRate(ctx, model, { requestsPerMinute, tokensPerMinute });
    },
  ),

  /** Removes the workspace's limits for a model. Refuses `not_found`. */
  removeRate: workspaceProcedure("limit:manage", removeRate, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const before = await rates.find(ctx.db, workspaceId, input.model);
    if (!before) throw refuse("not_found");
    await rates.remove(ctx.db, workspaceId, input.model);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "rate_limit.removed",
      target: { type: "rate_limit", id: input.model || "*" },
      before,
    });
  }),
});
