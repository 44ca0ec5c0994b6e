import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as webhooks from "@/server/billing/webhooks/queries";
import * as ending from "./ending/queries";
import type { Decisions } from "./input";

/**
 * Removes the webhook of budget alerts that a departing member set up, or passes it to the person who removes them,
 * each with its own audit row. It would otherwise go on sending what the workspace spends to an address that only the
 * former member knows. The alerts are mailed all the same. Returns its host by action.
 */
export async function settleWebhook(
  ctx: audit.Actor & { db: Db },
  workspaceId: string,
  userId: string,
  { webhook: chosen }: Decisions,
): Promise<{ keptWebhooks: string[]; removedWebhooks: string[] }> {
  const settled = { keptWebhooks: [] as string[], removedWebhooks: [] as string[] };
  const webhook = await webhooks.ofMember(ctx.db, workspaceId, userId);
  if (!webhook) return settled;
  const { host } = webhook;
  const action = chosen ?? (await ending.expiredMemberKeyAction(ctx.db, workspaceId));
  const target = { type: "workspace" as const, id: workspaceId };
  if (action === "keep") {
    const taker = ctx.person?.id ?? null;
    await webhooks.passOn(ctx.db, workspaceId, taker === userId ? null : taker);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "spend.webhook_kept",
      target,
      before: { host },
      after: { from: userId },
    });
    return { ...settled, keptWebhooks: [host] };
  }
  await webhooks.remove(ctx.db, workspaceId);
  await audit.record(ctx.db, workspaceId, ctx, { action: "spend.webhook_removed", target, before: { host } });
  return { ...settled, removedWebhooks: [host] };
}
