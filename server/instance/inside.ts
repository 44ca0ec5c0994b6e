import { actAsOperator, actInside, type Db, instanceLog } from "@/db/client";
import { refuse } from "@/server/api/refusals";
import type { ActionOn } from "@/server/audit/catalogue";
import * as audit from "@/server/audit/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";

/** A change of a workspace by an operator, for both audit logs. */
export type Change = audit.AuditEvent<ActionOn<"workspace">>;

/**
 * Runs a change inside a workspace, under its lock, and records it in the logs of the workspace and the instance.
 * Refuses `not_found` for a deleted workspace.
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
