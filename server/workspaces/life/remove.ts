import type { Db } from "@/db/client";
import type { Person } from "@/server/api/context";
import * as audit from "@/server/audit/queries";
import { cancelJob } from "@/server/fine-tuning/jobs";
import { link } from "@/server/mail/links";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as workspaces from "../queries";
import { tellOtherAdmins } from "./notices";
import * as life from "./queries";

/**
 * Deletes a workspace: takes its lock, cancels its fine-tuning jobs and mails its other Admins. It can be restored for
 * 30 days. Must be called inside the workspace, after checking that the person may do it.
 */
export async function removeWorkspace(
  ctx: audit.Actor & { db: Db; person: Person },
  { workspaceId, name }: { workspaceId: string; name: string },
): Promise<void> {
  await liveWorkspace.lock(ctx.db, workspaceId);
  for (const jobId of await life.holdActiveJobs(ctx.db, workspaceId))
    await cancelJob(ctx.db, workspaceId, { ...ctx, keyId: null }, jobId);
  await workspaces.remove(ctx.db, workspaceId);
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "workspace.deleted",
    target: { type: "workspace", id: workspaceId },
    before: { name },
  });
  await tellOtherAdmins(ctx, workspaceId, name, "workspace-deleted", link("/account"));
}
