import { z } from "zod";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as history from "@/server/usage/history/queries";
import { parseMoney } from "@/server/usage/money";
import { currency, hasPrice, listPrices } from "@/server/usage/prices";
import { wantDays } from "@/server/usage/roll-ups/wanted";
import { forecast } from "./forecast";
import { listMembers, oneMonth, removeMemberLimit, setLimit, setMemberLimit, setThresholds, tryLimit } from "./input";
import * as billing from "./queries";
import * as statements from "./statement/queries";
import { statement } from "./statement/statement";
import { whatIf } from "./what-if";

const dayMs = 86_400_000;
const replayedDays = 30;
const shownModels = 50;
const coloured = 5;
const mostLines = 20_000;

export const billingRouter = t.router({
  /** This month: what is spent, reserved and to be expected, by day and by model; the limit; and the months before. */
  get: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => {
    const { db } = ctx;
    const { workspaceId } = ctx.workspace;
    const { now, period } = await billing.clock(db);
    const aWeekAgo = new Date(now.getTime() - 7 * dayMs).toISOString().slice(0, 10);
    const [{ limit, thresholds }, spend, months, firstUse, models] = await Promise.all([
      billing.settings(db, workspaceId),
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
      thresholds,
      forecast: forecast(spend.spent, perDay, firstUse, now),
      days: days.filter(({ day }) => day >= period),
      models: models.map((row) => ({ ...row, hasPrice: hasPrice(row.model, now) })),
      months,
      prices: listPrices(),
    };
  }),

  /** A page of the members with what they spent this month and may spend. */
  members: workspaceProcedure("usage:read", listMembers).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const [page, total] = await Promise.all([
      billing.members(ctx.db, workspaceId, input),
      billing.countMembers(ctx.db, workspaceId, input.search),
    ]);
    return { ...page, total, currency: currency() };
  }),

  /**
   * What a limit of the workspace's, or of a member's, would have meant for the last 30 days. An amount that is none gives a
   * sentence for its field. Refuses `not_found` for somebody who is no member.
   */
  tryLimit: workspaceProcedure("usage:read", tryLimit).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { userId } = input;
    if (userId !== undefined && !(await billing.member(ctx.db, workspaceId, userId))) throw refuse("not_found");
    const parsed = parseMoney(input.limit);
    if ("error" in parsed) return parsed;
    const [{ now }, hours] = await Promise.all([
      billing.clock(ctx.db),
      history.hours(ctx.db, workspaceId, replayedDays, userId),
    ]);
    const hourMs = 3_600_000;
    const from = new Date(Math.floor((now.getTime() - replayedDays * dayMs) / hourMs) * hourMs);
    return { limit: parsed.micro, outcome: whatIf(hours, parsed.micro, { from, to: now }) };
  }),

  /** Sets what the workspace may spend in a calendar month. It may be less than is spent already. */
  setLimit: workspaceProcedure("limit:manage", setLimit, "any").mutation(({ ctx, input }) =>
    changeLimit(ctx, input.limit),
  ),

  /** Takes the workspace's limit away. */
  removeLimit: workspaceProcedure("limit:manage", z.strictObject({}), "any").mutation(({ ctx }) =>
    changeLimit(ctx, null),
  ),

  /** Sets what a member's own keys may spend in a calendar month. */
  setMemberLimit: workspaceProcedure("limit:manage", setMemberLimit, "any").mutation(({ ctx, input }) =>
    changeMemberLimit(ctx, input.userId, input.limit),
  ),

  /** Takes a member's limit away. */
  removeMemberLimit: workspaceProcedure("limit:manage", removeMemberLimit, "any").mutation(({ ctx, input }) =>
    changeMemberLimit(ctx, input.userId, null),
  ),

  /** Sets at which percentages of the limit Admins and Billing members are mailed. */
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

  /** A month by model, key and member, with the prices that were applied. */
  statement: workspaceProcedure("usage:read", oneMonth).query(async ({ ctx, input }) => {
    const { workspaceId, name } = ctx.workspace;
    const { now, period } = await billing.clock(ctx.db);
    const month = input.month ?? period.slice(0, 7);
    const { lines, total } = await statements.lines(ctx.db, workspaceId, month, mostLines);
    return { month, now, workspaceName: name, currency: currency(), ...statement(lines, total) };
  }),

  /** The lines of a month's statement, for a spreadsheet. */
  statementLines: workspaceProcedure("usage:read", oneMonth).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const month = input.month ?? (await billing.clock(ctx.db)).period.slice(0, 7);
    return { month, currency: currency(), ...(await statements.lines(ctx.db, workspaceId, month, mostLines)) };
  }),
});

type Ctx = Parameters<typeof lockWorkspaceAndRecheckRole>[0] & audit.Actor;

async function changeLimit(ctx: Ctx, limit: number | null): Promise<{ spent: number; limit: number | null }> {
  const { workspaceId } = ctx.workspace;
  // Whoever changes it at the same time waits here, so that each finds what the other has set.
  await lockWorkspaceAndRecheckRole(ctx);
  const before = (await billing.settings(ctx.db, workspaceId)).limit;
  const { spent } = await billing.spend(ctx.db, workspaceId, "workspace");
  if (before === limit) return { spent, limit };
  await billing.setLimit(ctx.db, workspaceId, limit);
  if (limit !== null) await billing.rearmAlerts(ctx.db, workspaceId, limit);
  await audit.record(ctx.db, workspaceId, ctx, {
    action: limit === null ? "spend.limit_removed" : "spend.limit_set",
    target: { type: "workspace", id: workspaceId },
    before: { monthlyLimit: before },
    after: { monthlyLimit: limit },
  });
  return { spent, limit };
}

async function changeMemberLimit(ctx: Ctx, userId: string, limit: number | null): Promise<void> {
  const { workspaceId } = ctx.workspace;
  await lockWorkspaceAndRecheckRole(ctx);
  const member = await billing.member(ctx.db, workspaceId, userId);
  if (!member) throw refuse("not_found");
  if (member.limit === limit) return;
  await billing.setMemberLimit(ctx.db, workspaceId, userId, limit);
  await audit.record(ctx.db, workspaceId, ctx, {
    action: limit === null ? "member.limit_removed" : "member.limit_set",
    target: { type: "member", id: userId },
    before: { monthlyLimit: member.limit },
    after: { monthlyLimit: limit },
  });
}
