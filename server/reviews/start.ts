import type { Db } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as reviews from "./queries";

/**
 * Starts a review, with its audit row; the job gathers its members and keys. Undefined: there already is an open one.
 * The caller holds the workspace's lock.
 */
export async function startReview(ctx: audit.Actor & { db: Db }, workspaceId: string): Promise<string | undefined> {
  const started = await reviews.start(ctx.db, workspaceId, ctx.person?.id ?? null);
  if (!started) return undefined;
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "review.started",
    target: { type: "review", id: started.id },
    after: { dueAt: started.dueAt },
  });
  return started.id;
}
