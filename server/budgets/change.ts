import type { Db } from "@/db/client";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import { changeLimit, changeMemberLimit } from "@/server/billing/change-limits";
import * as billing from "@/server/billing/queries";
import * as budgets from "./queries";

const mostBudgets = 1_000;

type Ctx = Parameters<typeof lockWorkspaceAndRecheckRole>[0] & audit.Actor;
type Span = budgets.SpanLimit["span"];

/** Returns the owner of limits. Refuses `not_found`. */
export async function existingSubject(db: Db, workspaceId: string, of: string): Promise<budgets.Subject> {
  const subject = await budgets.subject(db, workspaceId, of);
  if (!subject) throw refuse("not_found");
  return subject;
}

/** Returns a subject's limit over a span with its state; undefined for a span that does not exist. */
export async function limitOf(db: Db, workspaceId: string, subject: budgets.Subject, span: Span) {
  return (await budgets.limitsOf(db, workspaceId, subject)).find((each) => each.span === span);
}

/**
 * Refuses limits that are changed elsewhere: a ceiling by operators, and the monthly limit of a key, which its owner
 * may lower, in the key's settings.
 */
export function refuseUnchangeable({ kind }: budgets.Subject, span: Span): void {
  if (kind === "ceiling") throw refuse("not_permitted");
  if (kind === "key" && span === "month")
    throw refuse("invalid_input", { limit: "Change a key's limit a month in its settings." });
}

/**
 * Sets a spending limit in micro-units, under the workspace's lock. It may be lower than the current spend. Refuses
 * `not_found`, `too_many_budgets`, and limits that are changed elsewhere.
 */
export async function setBudget(ctx: Ctx, subject: budgets.Subject, span: Span, limit: number): Promise<void> {
  const { workspaceId } = ctx.workspace;
  const { of } = subject;
  refuseUnchangeable(subject, span);
  if (span === "month" && subject.kind === "workspace") return void (await changeLimit(ctx, limit));
  if (span === "month" && subject.kind === "member") return changeMemberLimit(ctx, of.slice("member:".length), limit);
  await lockWorkspaceAndRecheckRole(ctx);
  const before = await limitOf(ctx.db, workspaceId, subject, span);
  if (before?.limit === limit) return;
  if (before?.limit === null && (await budgets.total(ctx.db, workspaceId)) >= mostBudgets)
    throw refuse("too_many_budgets");
  await budgets.set(ctx.db, workspaceId, subject, span, limit);
  const spent = (await limitOf(ctx.db, workspaceId, subject, span))?.spent ?? 0;
  await billing.rearmAlerts(ctx.db, workspaceId, { whose: subject.counter, span, limit, spent });
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "spend.budget_set",
    target: { type: "workspace", id: workspaceId },
    before: { of, span, limit: before?.limit ?? null },
    after: { of, span, limit },
  });
}

/**
 * Raises a limit until the end of a day in UTC, under the workspace's lock. Refuses `not_found`, `not_permitted` for a
 * ceiling, and at the field an amount that is not higher than the limit.
 *
 * @param until the last day: "2026-12-03"
 */
export async function raiseBudget(
  ctx: Ctx,
  subject: budgets.Subject,
  span: Span,
  { limit, until }: { limit: number; until: string },
): Promise<void> {
  const { workspaceId } = ctx.workspace;
  const { of } = subject;
  if (subject.kind === "ceiling") throw refuse("not_permitted");
  await lockWorkspaceAndRecheckRole(ctx);
  const before = await limitOf(ctx.db, workspaceId, subject, span);
  if (!before || before.limit === null) throw refuse("not_found");
  if (limit <= before.limit) throw refuse("invalid_input", { limit: "Enter more than the limit itself." });
  const endsAt = await budgets.raise(ctx.db, workspaceId, of, span, { limit, until });
  if (!endsAt) throw refuse("invalid_input", { until: "Choose today or a later day, within a year." });
  await billing.rearmAlerts(ctx.db, workspaceId, { whose: subject.counter, span, limit, spent: before.spent ?? 0 });
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "spend.budget_raised",
    target: { type: "workspace", id: workspaceId },
    before: { of, span, limit: before.limit, raise: before.raise },
    after: { of, span, raise: { limit, until: endsAt } },
  });
}
