import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import * as rates from "./queries";

type Ctx = Parameters<typeof lockWorkspaceAndRecheckRole>[0] & audit.Actor;
type Rates = { requestsPerMinute: number | null; tokensPerMinute: number | null };

/**
 * Sets the workspace's limits per minute for a model, or ("") for all models together, under the workspace's lock.
 * Refuses `too_many_rate_limits`.
 */
export async function changeRate(ctx: Ctx, model: string, after: Rates): Promise<void> {
  const { workspaceId } = ctx.workspace;
  await lockWorkspaceAndRecheckRole(ctx);
  const before = await rates.find(ctx.db, workspaceId, model);
  if (before?.requestsPerMinute === after.requestsPerMinute && before.tokensPerMinute === after.tokensPerMinute) return;
  if (!before && (await rates.total(ctx.db, workspaceId)) >= rates.mostLimits) throw refuse("too_many_rate_limits");
  await rates.set(ctx.db, workspaceId, model, after);
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "rate_limit.set",
    target: { type: "rate_limit", id: model || "*" },
    ...(before ? { before } : {}),
    after,
  });
}
