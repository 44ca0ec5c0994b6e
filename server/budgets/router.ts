import { z } from "zod";
import { can } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { changeLimit, changeMemberLimit } from "@/server/billing/change-limits";
import * as billing from "@/server/billing/queries";
import { replayedDays, replayedWindow, whatIf } from "@/server/billing/what-if";
import * as history from "@/server/usage/history/queries";
import { parseMoney } from "@/server/usage/money";
import { currency } from "@/server/usage/prices";
import { existingSubject, limitOf, raiseBudget, refuseUnchangeable, setBudget } from "./change";
import {
  oneBudget,
  oneSubject,
  raiseBudget as raiseBudgetInput,
  setBudget as setBudgetInput,
  tryBudget,
} from "./input";
import * as budgets from "./queries";
import { filterOf } from "./requests/ask";

/**
 * Procedures for spending limits by day, week, month and in total: of the workspace, a member, a key, a model or a tag.
 */
export const budgetsRouter = t.router({
  /** Returns the owner of the limits, and each limit with its spend and its raise. Refuses `not_found`. */
  get: workspaceProcedure("usage:read", oneSubject).query(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    const subject = await existingSubject(ctx.db, workspaceId, input.of);
    const spans = await budgets.limitsOf(ctx.db, workspaceId, subject);
    const { now } = await billing.clock(ctx.db);
    const { kind, name } = subject;
    // For a single end user, the limits for each end user apply where it has none of its own.
    const each =
      kind === "end-user"
        ? await budgets.limitsOf(ctx.db, workspaceId, {
            of: "end-users",
            kind: "end-users",
            name: "",
            counter: "end-users",
          })
        : [];
    const inherited = each.flatMap(({ span, limit, raise }) =>
      limit === null || spans.some((own) => own.span === span && own.limit !== null)
        ? []
        : [{ span, limit: raise ? Math.max(limit, raise.limit) : limit }],
    );
    return { kind, name, spans, inherited, now, currency: currency(), mayManage: can(role, "limit:manage") };
  }),

  /** Lists the limits of the workspace except its own monthly one, and those of models and tags, at most 200. */
  list: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => ({
    currency: currency(),
    rows: await budgets.list(ctx.db, ctx.workspace.workspaceId),
  })),

  /**
   * Computes the effect that a limit would have had in the last 30 days. For an amount that cannot be read it returns a
   * sentence for the field. Refuses `not_found`.
   */
  try: workspaceProcedure("usage:read", tryBudget).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { span } = input;
    const subject = await existingSubject(ctx.db, workspaceId, input.of);
    const parsed = parseMoney(input.limit);
    if ("error" in parsed) return parsed;
    const [{ now }, hours, spans] = await Promise.all([
      billing.clock(ctx.db),
      history.hours(ctx.db, workspaceId, replayedDays, filterOf(subject)),
      budgets.limitsOf(ctx.db, workspaceId, subject),
    ]);
    const replayed = hours.reduce((sum, { cost }) => sum + cost, 0);
    const spentInAll = spans.find((each) => each.span === "total")?.spent ?? replayed;
    const limit = { limit: parsed.micro, span, before: span === "total" ? Math.max(0, spentInAll - replayed) : 0 };
    return { limit: parsed.micro, outcome: whatIf(hours, limit, replayedWindow(now)) };
  }),

  /**
   * Sets a limit. It may be lower than the current spend. Refuses `not_found`, `too_many_budgets`, and at the field the
   * monthly limit of a key, which belongs to the key's settings.
   */
  set: refusing(["too_many_budgets"], workspaceProcedure("limit:manage", setBudgetInput, "any")).mutation(
    async ({ ctx, input: { of, span, limit } }) =>
      setBudget(ctx, await existingSubject(ctx.db, ctx.workspace.workspaceId, of), span, limit),
  ),

  /** Removes a limit and its raise. Refuses like `set`. */
  remove: workspaceProcedure("limit:manage", oneBudget, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { of, span } = input;
    const subject = await existingSubject(ctx.db, workspaceId, of);
    refuseUnchangeable(subject, span);
    // Taken before any row of the limit, as in all changes of limits: taking the locks in another order could deadlock.
    await lockWorkspaceAndRecheckRole(ctx);
    await budgets.endRaise(ctx.db, workspaceId, of, span);
    if (span === "month" && subject.kind === "workspace") return void (await changeLimit(ctx, null));
    if (span === "month" && subject.kind === "member") return changeMemberLimit(ctx, of.slice("member:".length), null);
    const before = await limitOf(ctx.db, workspaceId, subject, span);
    if (!before || before.limit === null) return;
    await budgets.remove(ctx.db, workspaceId, of, span);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "spend.budget_removed",
      target: { type: "workspace", id: workspaceId },
      before: { of, span, limit: before.limit },
      after: { of, span, limit: null },
    });
  }),

  /**
   * Raises a limit until the end of a day in UTC; afterwards the earlier limit applies again. Refuses `not_found`, and
   * at the field an amount that is not higher.
   */
  raise: workspaceProcedure("limit:manage", raiseBudgetInput, "any").mutation(
    async ({ ctx, input: { of, span, limit, until } }) =>
      raiseBudget(ctx, await existingSubject(ctx.db, ctx.workspace.workspaceId, of), span, { limit, until }),
  ),

  /** Ends a raise early. Ending it again changes nothing. Refuses `not_found`. */
  endRaise: workspaceProcedure("limit:manage", oneBudget, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { of, span } = input;
    const subject = await existingSubject(ctx.db, workspaceId, of);
    if (subject.kind === "ceiling") throw refuse("not_permitted");
    await lockWorkspaceAndRecheckRole(ctx);
    if (!(await budgets.endRaise(ctx.db, workspaceId, of, span))) return;
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "spend.raise_ended",
      target: { type: "workspace", id: workspaceId },
      after: { of, span },
    });
  }),
});
