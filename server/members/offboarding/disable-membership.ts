import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import * as membership from "@/server/membership/queries";
import { endLooksOf } from "../end-looks";
import * as ending from "./ending/queries";

type Ctx = audit.Actor & { db: Db };
type Member = { userId: string; role: Role; endsAt: Date | null };

/**
 * Disables a membership at once, in a way that can be undone: the membership has ended, but the job that settles ended
 * memberships leaves it alone for 30 days. The caller holds the workspace's lock. Refuses `last_admin`.
 */
export async function disableMembership(ctx: Ctx, workspaceId: string, member: Member): Promise<void> {
  const { userId, role, endsAt } = member;
  if (role === "admin" && !(await membership.hasOtherAdmin(ctx.db, workspaceId, userId))) throw refuse("last_admin");
  await endLooksOf(ctx, workspaceId, userId);
  // The triggers that stop the member's keys read the updated row, which must be visible to them.
  await ending.showEnded(ctx.db, true);
  const after = await ending.disable(ctx.db, workspaceId, userId);
  await ending.showEnded(ctx.db, false);
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "member.disabled",
    target: { type: "member", id: userId },
    before: { role, ...(endsAt ? { endsAt } : {}) },
    ...(after ? { after } : {}),
  });
}

/**
 * Restores a disabled membership, with its former end. The caller holds the workspace's lock. False: there is none to
 * restore, and nothing is recorded.
 */
export async function restoreMembership(
  ctx: Ctx,
  workspaceId: string,
  userId: string,
  endsAt: Date | null,
): Promise<boolean> {
  await ending.showEnded(ctx.db, true);
  const isRestored = await ending.restoreDisabled(ctx.db, workspaceId, userId, endsAt);
  await ending.showEnded(ctx.db, false);
  if (!isRestored) return false;
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "member.restored",
    target: { type: "member", id: userId },
    ...(endsAt ? { after: { endsAt } } : {}),
  });
  return true;
}
