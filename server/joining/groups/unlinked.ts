import { type Db, enterWorkspace } from "@/db/client";
import type { Actor } from "@/server/audit/queries";
import { tellOfGroup } from "@/server/members/notices";
import { endMembership } from "@/server/members/offboarding/end-membership";
import { undecided } from "@/server/members/offboarding/input";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as rules from "./queries";

/**
 * Ends the memberships that a provider's groups made, when the person unlinks it: no sign-in there could end them any more. The last Admin of a
 * workspace stays. The caller holds the person's row, in a transaction of theirs. Returns how many ended.
 */
export async function endUnlinked(
  ctx: Actor & { db: Db; person: { id: string } },
  providerId: string,
): Promise<number> {
  const { db, person } = ctx;
  let ended = 0;
  // In the order in which workspaces are locked everywhere.
  for (const workspaceId of (await rules.memberOf(db, person.id, providerId)).sort()) {
    await enterWorkspace(db, workspaceId);
    if (!(await liveWorkspace.lock(db, workspaceId))) continue;
    const member = await membership.find(db, workspaceId, person.id);
    const made = await rules.madeBy(db, workspaceId, person.id);
    if (!member || made?.byProvider !== providerId) continue;
    if (member.role === "admin" && !(await membership.hasOtherAdmin(db, workspaceId, person.id))) continue;
    const group = { provider: providerId, isUnlinked: true } as const;
    const departure = { action: "member.removed_by_group", userId: person.id, ...member, group } as const;
    await endMembership(ctx, workspaceId, departure, undecided);
    await tellOfGroup(db, workspaceId, person.id, { from: member.role, to: null });
    ended += 1;
  }
  return ended;
}
