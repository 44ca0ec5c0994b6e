import type { Db } from "@/db/client";
import { canGrant, type Role } from "@/server/access/permissions";
import type { Person } from "@/server/api/context";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import * as membership from "@/server/membership/queries";
import { endLooksOf } from "./end-looks";
import { keepAnAdmin } from "./keep-an-admin";
import { tellOfRole } from "./notices";

type Changing = audit.Actor & {
  db: Db;
  person: Person;
  signIn: { recentIf: (isNeeded: boolean) => void };
  workspace: { workspaceId: string; slug: string; name: string; role: Role };
};

/**
 * Changes a member's role, with an audit row and a mail; the same role again changes nothing. The caller holds the
 * workspace's lock. Refuses `not_found`, `last_admin`, `cannot_grant`, and requires a recent sign-in when a member
 * becomes an Admin or stops being one.
 */
export async function changeRoleOf(ctx: Changing, userId: string, role: Role): Promise<void> {
  const { workspaceId, role: ownRole } = ctx.workspace;
  const member = await membership.find(ctx.db, workspaceId, userId);
  ctx.signIn.recentIf(member !== undefined && member.role !== role && [member.role, role].includes("admin"));
  if (!member) throw refuse("not_found");
  if (member.role === role) return;
  if (!canGrant(ownRole, role)) throw refuse("cannot_grant");
  await keepAnAdmin(ctx.db, workspaceId, userId, member.role, role);
  await endLooksOf(ctx, workspaceId, userId);
  await membership.changeRole(ctx.db, workspaceId, userId, role);
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "member.role_changed",
    target: { type: "member", id: userId },
    before: { role: member.role },
    after: { role },
  });
  await tellOfRole(ctx, ctx.workspace, userId, { from: member.role, to: role });
}
