import { enterWorkspace, transaction } from "@/db/client";
import type { RefusedAttempt } from "@/server/api/context";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import * as audit from "./queries";

/**
 * Records that a member tried an action that their role does not allow. It uses its own transaction, because that of
 * the attempt is rolled back. The rows of one person are limited per hour, over all workspaces, so that the log cannot
 * be flooded. Attempts of non-members are not recorded.
 */
export async function recordRefused({ slug, person, origin, procedure, permission }: RefusedAttempt): Promise<void> {
  await transaction("write", { userId: person.id }, async (db) => {
    const membership = await liveWorkspace.membershipBySlug(db, person.id, slug);
    if (!membership || (await take(db, limits.refusalsPerPerson, person.id)) > 0) return;
    const { workspaceId, role } = membership;
    await enterWorkspace(db, workspaceId);
    await audit.record(
      db,
      workspaceId,
      { person, origin },
      { action: "permission.refused", target: { type: "procedure", id: procedure }, after: { permission, role } },
    );
  });
}
