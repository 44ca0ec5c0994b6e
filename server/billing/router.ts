import { z } from "zod";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { fromStandby } from "@/server/api/standby";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as endUsers from "@/server/usage/end-users/queries";
import * as history from "@/server/usage/history/queries";
import { parseMoney } from "@/server/usage/money";
import { currency, hasPrice, listPrices, priceOf, unpricedOf } from "@/server/usage/prices";
import { wantDays } from "@/server/usage/roll-ups/wanted";
import { ledgerColumns } from "@/server/usage/seals/columns";
import * as seals from "@/server/usage/seals/queries";
import { changeLimit, changeMemberLimit } from "./change-limits";
import { forecast } from "./forecast";
import {
  listMembers,
  oneMonth,
  removeMemberLimit,
  sealedPart,
  setLimit,
  setMemberLimit,
  setThresholds,
  tryLimit,
} from "./input";
import * as billing from "./queries";
import * as statements from "./statement/queries";
import { endUserShares, statement } from "./statement/statement";
import { replayedDays, replayedWindow, whatIf } from "./what-if";

const dayMs = 86_400_000;
const shownModels = 50;
const coloured = 5;
const mostLines = 20_000;
const mostEndUsers = 50;
/** The number of links in a part; each has up to 200 lines. */
const momentsAtOnce = 100;

export const billingRouter = t.router({
  /**
   * Returns this month's spent and reserved amounts and its forecast, by day and by model; the limit; and the earlier
   * months.
   */
  get: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => {
    const { db } = ctx;
    const { workspaceId } = ctx.workspace;
    const { now, period } = await billing.clock(db);
    const aWeekAgo = new Date(now.getTime() - 7 * dayMs).toISOString().slice(0, 10);
    const [{ limit, thresholds }, ceiling, spend, months, firstUse, models] = await Promise.all([
      billing.settings(db, workspaceId),
      billing.ceiling(db, workspaceId),
      billing.spend(db, workspaceId, "workspace"),
      billing.earlierMonths(db, workspaceId),
      history.firstUse(db, workspaceId),
      history.byModel(db, workspaceId, period, shownModels),
      wantDays(db, workspaceId),
    ]);
    const dearest = models.filter(({ cost }) => cost > 0).slice(0, coloured);
    const days = await history.byDay(
      db,
      workspaceId,
      aWeekAgo < period ? aWeekAgo : period,
      dearest.map(({ model }) => model),
    );
    const perDay = new Map<string, number>();
    for (const { day, cost } of days) perDay.set(day, (perDay.get(day) ?? 0) + cost);
    return {
      currency: currency(),
      now,
      month: period.slice(0, 7),
      ...spend,
      limit,
      ceiling,
      thresholds,
      forecast: forecast(spend.spent, perDay, firstUse, now),
      days: days.filter(({ day }) => day >= period),
      models: models.map(({ classes, ...row }) => ({
        ...row,
        hasPrice: hasPrice(row.model, now),
        unpriced: unpricedOf(classes, priceOf(row.model, now)),
      })),
      months,
      prices: listPrices(),
    };
  }),

  /** Returns a page of the members with their spend of this month and their limits. */
  members: workspaceProcedure("usage:read", listMembers).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const [page, total] = await Promise.all([
      billing.members(ctx.db, workspaceId, input),
      billing.countMembers(ctx.db, workspaceId, input.search),
    ]);
    return { ...page, total, currency: currency() };
  }),

  /**
   * Returns the effect that a limit of the workspace or of a member would have had in the last 30 days. For an invalid
   * amount it returns a sentence for the field. Refuses `not_found` for a person who is not a member.
   */
  tryLimit: workspaceProcedure("usage:read", tryLimit).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { userId } = input;
    if (userId !== undefined && !(await billing.member(ctx.db, workspaceId, userId))) throw refuse("not_found");
    const parsed = parseMoney(input.limit);
    if ("error" in parsed) return parsed;
    const [{ now }, hours] = await Promise.all([
      billing.clock(ctx.db),
      history.hours(ctx.db, workspaceId, replayedDays, { userId }),
    ]);
    const outcome = whatIf(hours, { limit: parsed.micro, span: "month" }, replayedWindow(now));
    return { limit: parsed.micro, outcome };
  }),

  /** Sets the workspace's spending limit per calendar month. It may be lower than the current spend. */
  setLimit: workspaceProcedure("limit:manage", setLimit, "any").mutation(({ ctx, input }) =>
    changeLimit(ctx, input.limit),
  ),

  /** Removes the workspace's limit. */
  removeLimit: workspaceProcedure("limit:manage", z.strictObject({}), "any").mutation(({ ctx }) =>
    changeLimit(ctx, null),
  ),

  /** Sets the spending limit per calendar month of a member's own keys. */
  setMemberLimit: workspaceProcedure("limit:manage", setMemberLimit, "any").mutation(({ ctx, input }) =>
    changeMemberLimit(ctx, input.userId, input.limit),
  ),

  /** Removes a member's limit. */
  removeMemberLimit: workspaceProcedure("limit:manage", removeMemberLimit, "any").mutation(({ ctx, input }) =>
    changeMemberLimit(ctx, input.userId, null),
  ),

  /** Sets the percentages of the limit at which Admins and Billing members are mailed. */
  setThresholds: workspaceProcedure("limit:manage", setThresholds, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const before = (await billing.settings(ctx.db, workspaceId)).thresholds;
    const after = input.thresholds;
    if (String(before) === String(after)) return;
    await billing.setThresholds(ctx.db, workspaceId, after);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "spend.alerts_changed",
      target: { type: "workspace", id: workspaceId },
      before: { thresholds: before },
      after: { thresholds: after },
    });
  }),

  /** Returns the usage of a month by model, key and member, with the prices that were applied. */
  statement: fromStandby(workspaceProcedure("usage:read", oneMonth)).query(async ({ ctx, input }) => {
    const { workspaceId, name } = ctx.workspace;
    const { now, period } = await billing.clock(ctx.db);
    const month = input.month ?? period.slice(0, 7);
    const { lines, total } = await statements.lines(ctx.db, workspaceId, month, mostLines);
    const { rows } = await endUsers.list(ctx.db, workspaceId, month, {}, mostEndUsers);
    const byEndUser = endUserShares(rows, total);
    return { month, now, workspaceName: name, currency: currency(), ...statement(lines, total), byEndUser };
  }),

  /** Returns the lines of a month's statement, for a spreadsheet. */
  statementLines: fromStandby(workspaceProcedure("usage:read", oneMonth)).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const month = input.month ?? (await billing.clock(ctx.db)).period.slice(0, 7);
    return { month, currency: currency(), ...(await statements.lines(ctx.db, workspaceId, month, mostLines)) };
  }),

  /**
   * Returns the content of a month of the sealed ledger: its links, the number of its lines, and their cost. Only
   * Admins may read it: the lines are as they were sealed, with the ids of other members' private models.
   */
  sealedMonth: fromStandby(workspaceProcedure("audit:read", oneMonth)).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const month = input.month ?? (await billing.clock(ctx.db)).period.slice(0, 7);
    const found = await seals.findMonth(ctx.db, workspaceId, month);
    return { month, workspaceId, currency: currency(), columns: ledgerColumns, ...found };
  }),

  /** Returns a part of a month of the sealed ledger, links with their lines, and where the next part begins. */
  sealedPart: fromStandby(workspaceProcedure("audit:read", sealedPart)).query(async ({ ctx, input }) => {
    const { month, ...range } = input;
    const moments = await seals.listMoments(ctx.db, ctx.workspace.workspaceId, month, range, momentsAtOnce);
    const end = moments.at(-1)?.sequence ?? range.last;
    return { moments, next: end < range.last ? end + 1 : null };
  }),
});
