import { type Db, enterWorkspace } from "@/db/client";
import type { Actor } from "@/server/audit/queries";
import { tellOfGroup } from "@/server/members/notices";
import { endMembership } from "@/server/members/offboarding/end-membership";
import { undecided } from "@/server/members/offboarding/input";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as rules from "./queries";

/**
 * Ends the memberships that came from providers' groups when the person unlinks these providers: no later sign-in there
 * could end them. The last Admin of a workspace stays, except of a deleted one, which may be restored. The caller has
 * locked the person's row, in a transaction of that person.
 */
export async function endUnlinked(
  ctx: Actor & { db: Db; person: { id: string } },
  providerIds: readonly string[],
): Promise<void> {
  const { db, person } = ctx;
  const concerned = new Set<string>();
  for (const providerId of providerIds)
    for (const workspaceId of await rules.memberOf(db, person.id, providerId)) concerned.add(workspaceId);
  // In the same order as everywhere, to avoid deadlocks.
  for (const workspaceId of [...concerned].sort()) {
    await enterWorkspace(db, workspaceId);
    const isLive = await liveWorkspace.lock(db, workspaceId);
    const member = await membership.find(db, workspaceId, person.id);
    const made = await rules.madeBy(db, workspaceId, person.id);
    if (!member || !made?.byProvider || !providerIds.includes(made.byProvider)) continue;
    if (isLive && member.role === "admin" && !(await membership.hasOtherAdmin(db, workspaceId, person.id))) continue;
    const group = { provider: made.byProvider, isUnlinked: true } as const;
    const departure = { action: "member.removed_by_group", userId: person.id, ...member, group } as const;
    await endMembership(ctx, workspaceId, departure, undecided);
    if (isLive) await tellOfGroup(db, workspaceId, person.id, { from: member.role, to: null });
  }
}
