import { type Db, enterWorkspace, instanceLog } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as looks from "@/server/membership/looks/queries";

/**
 * Ends the looks inside a workspace that an Admin allowed, because this person is no Admin there any more or is
 * deactivated. Recorded in the audit logs of the workspace and of the instance. Must be called inside the workspace,
 * with its lock held, before the change; afterwards the transaction is inside the workspace.
 */
export async function endLooksOf(ctx: audit.Actor & { db: Db }, workspaceId: string, adminId: string): Promise<void> {
  const { db } = ctx;
  const ended = await looks.endGivenBy(db, workspaceId, adminId, ctx.person?.id ?? null);
  if (ended.length === 0) return;
  const events = ended.map(
    ({ operatorId }): audit.AuditEvent<"look.ended"> => ({
      action: "look.ended",
      target: { type: "workspace", id: workspaceId },
      after: { operator: operatorId },
    }),
  );
  await audit.recordAll(db, workspaceId, ctx, events);
  await enterWorkspace(db, instanceLog);
  await audit.recordAll(db, instanceLog, ctx, events);
  await enterWorkspace(db, workspaceId);
}
