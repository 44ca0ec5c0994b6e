import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import * as billing from "./queries";

type Ctx = Parameters<typeof lockWorkspaceAndRecheckRole>[0] & audit.Actor;

/** Sets the workspace's spending limit per calendar month in micro-units; null removes it. */
export async function changeLimit(ctx: Ctx, limit: number | null): Promise<{ spent: number; limit: number | null }> {
  const { workspaceId } = ctx.workspace;
  // A concurrent change waits here, so that each reads the limit that the other has set.
  await lockWorkspaceAndRecheckRole(ctx);
  const before = (await billing.settings(ctx.db, workspaceId)).limit;
  const { spent } = await billing.spend(ctx.db, workspaceId, "workspace");
  if (before === limit) return { spent, limit };
  await billing.setLimit(ctx.db, workspaceId, limit);
  if (limit !== null)
    await billing.rearmAlerts(ctx.db, workspaceId, { whose: "workspace", span: "month", limit, spent });
  await audit.record(ctx.db, workspaceId, ctx, {
    action: limit === null ? "spend.limit_removed" : "spend.limit_set",
    target: { type: "workspace", id: workspaceId },
    before: { monthlyLimit: before },
    after: { monthlyLimit: limit },
  });
  return { spent, limit };
}

/**
 * Sets the spending limit per calendar month of a member's own keys in micro-units; null removes it. Refuses
 * `not_found`.
 */
export async function changeMemberLimit(ctx: Ctx, userId: string, limit: number | null): Promise<void> {
  const { workspaceId } = ctx.workspace;
  await lockWorkspaceAndRecheckRole(ctx);
  const member = await billing.member(ctx.db, workspaceId, userId);
  if (!member) throw refuse("not_found");
  if (member.limit === limit) return;
  await billing.setMemberLimit(ctx.db, workspaceId, userId, limit);
  if (limit !== null) {
    const whose = `member:${userId}`;
    const { spent } = await billing.spend(ctx.db, workspaceId, whose);
    await billing.rearmAlerts(ctx.db, workspaceId, { whose, span: "month", limit, spent });
  }
  await audit.record(ctx.db, workspaceId, ctx, {
    action: limit === null ? "member.limit_removed" : "member.limit_set",
    target: { type: "member", id: userId },
    before: { monthlyLimit: member.limit },
    after: { monthlyLimit: limit },
  });
}
