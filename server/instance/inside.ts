import { actAsOperator, actInside, type Db, instanceLog } from "@/db/client";
import { refuse } from "@/server/api/refusals";
import type { ActionOn } from "@/server/audit/catalogue";
import * as audit from "@/server/audit/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";

/** A change of a workspace by an operator, as both logs keep it. */
export type Change = audit.AuditEvent<ActionOn<"workspace">>;

/**
 * Runs a change inside a workspace, under its lock, and writes it into its log and the instance's. Refuses `not_found` for a deleted one.
 *
 * @param run returns the change, or undefined when there was nothing to change
 */
export async function inside(
  ctx: audit.Actor & { db: Db },
  workspaceId: string,
  run: () => Promise<Change | undefined>,
): Promise<void> {
  await actInside(ctx.db, workspaceId);
  if (!(await liveWorkspace.lock(ctx.db, workspaceId))) throw refuse("not_found");
  const event = await run();
  if (event) await audit.record(ctx.db, workspaceId, ctx, event);
  await actAsOperator(ctx.db);
  if (event) await audit.record(ctx.db, instanceLog, ctx, event);
}
