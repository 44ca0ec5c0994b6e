import { z } from "zod";
import type { Db } from "@/db/client";
import { can, type Role } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as membership from "@/server/membership/queries";
import * as ofLate from "@/server/usage/of-late/queries";
import { changeRoleOf } from "./change-role";
import { changeRole, listMembers, memberAvatar, setEnd, severalMembers } from "./input";
import { endMembership } from "./offboarding/end-membership";
import * as ending from "./offboarding/ending/queries";
import { type Decisions, leaveWorkspace, removeMember } from "./offboarding/input";
import { rotateLeft } from "./offboarding/rotate-left";
import * as members from "./queries";

export const membersRouter = t.router({
  /** Returns a page of the members, and the number of all members. */
  list: workspaceProcedure("member:read", listMembers).query(async ({ ctx, input }) => {
    const { workspaceId, memberCount } = ctx.workspace;
    return { ...(await members.list(ctx.db, workspaceId, input)), total: memberCount };
  }),

  /**
   * Returns how many invitations and how many requests are pending, each counted up to `mostCounted`; null for callers
   * who may not invite, and in a personal workspace. Any member may call it, so that a page can ask before it knows the
   * caller's role.
   */
  waiting: workspaceProcedure("member:read", z.strictObject({})).query(({ ctx: { db, workspace } }) =>
    can(workspace.role, "member:invite") && workspace.kind === "organization"
      ? members.waiting(db, workspace.workspaceId)
      : null,
  ),

  /** Returns the names of some of the workspace's Admins, whom a member can ask for what their role does not allow. */
  admins: workspaceProcedure("workspace:read", z.strictObject({})).query(({ ctx }) =>
    membership.listAdmins(ctx.db, ctx.workspace.workspaceId),
  ),

  /**
   * Returns the member's picture with this hash, as WebP in base64. Refuses `not_found` when they have no such picture.
   */
  avatar: workspaceProcedure("member:read", memberAvatar).query(async ({ ctx, input }) => {
    const webp = await members.avatar(ctx.db, ctx.workspace.workspaceId, input.userId, input.hash);
    if (!webp) throw refuse("not_found");
    return { webp: webp.toString("base64") };
  }),

  /**
   * Returns how many requests members made in the last 30 days: in the browser (which a role without `model:use` could
   * not make) and with their keys. `days` is how many of these days have data.
   */
  impact: workspaceProcedure("member:manage", severalMembers).query(({ ctx, input: { userIds } }) =>
    ofLate.byMembers(ctx.db, ctx.workspace.workspaceId, userIds),
  ),

  /** Gives a member another role. Refuses `last_admin`, `cannot_grant`. */
  changeRole: refusing(
    ["last_admin", "cannot_grant"],
    workspaceProcedure("member:manage", changeRole, {
      recent: "an Admin is made, or is one no longer",
    }),
  ).mutation(async ({ ctx, input }) => {
    await lockWorkspaceAndRecheckRole(ctx);
    await changeRoleOf(ctx, input.userId, input.role);
  }),

  /**
   * Sets the last day of a membership, in UTC, or removes its end. Refuses `personal_workspace`, and `last_admin_end`
   * for the last Admin without an end.
   */
  setEnd: refusing(
    ["personal_workspace", "last_admin_end"],
    workspaceProcedure("member:manage", setEnd, { recent: "the end of an Admin's membership changes" }),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, kind } = ctx.workspace;
    if (kind === "personal") throw refuse("personal_workspace");
    await lockWorkspaceAndRecheckRole(ctx);
    const member = await existing(ctx.db, workspaceId, input.userId);
    ctx.signIn.recentIf(member.role === "admin");
    const isLast = member.role === "admin" && !(await membership.hasOtherAdmin(ctx.db, workspaceId, input.userId));
    if (input.until !== null && isLast) throw refuse("last_admin_end");
    const after = await membership.setEnd(ctx.db, workspaceId, input.userId, input.until);
    if (!after) throw refuse("invalid_input", { until: "Choose today or a later day." });
    if (after.endsAt?.getTime() === member.endsAt?.getTime()) return;
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "member.end_changed",
      target: { type: "member", id: input.userId },
      before: { endsAt: member.endsAt },
      after,
    });
  }),

  /**
   * Removes a member and applies the chosen actions to their keys, jobs and files. The secrets of rotated keys are only
   * in this answer, so members who leave cannot rotate their own keys. Refuses `last_admin`, `key_replaced`,
   * `too_many`.
   */
  remove: refusing(
    ["last_admin", "key_replaced"],
    workspaceProcedure("member:manage", removeMember, {
      recent: "another Admin is removed",
      today: "keys are rotated",
    }),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const member = await existing(ctx.db, workspaceId, input.userId);
    const isOwn = input.userId === ctx.person.id;
    const isRotating = [...input.key.values()].includes("rotate");
    if (isOwn && isRotating) throw refuse("not_permitted");
    ctx.signIn.recentIf(member.role === "admin" && !isOwn);
    ctx.signIn.todayIf(isRotating);
    const rotated = await rotateLeft(ctx, ctx.workspace, input.userId, input);
    const how = { action: "member.removed", by: ctx.person, workspaceName: ctx.workspace.name } as const;
    await endMembership(ctx, workspaceId, { ...how, userId: input.userId, ...member }, input, rotated);
    return { rotated: rotated.map(({ id, name, secret }) => ({ id, name, secret })) };
  }),

  /**
   * Ends the caller's own membership in the same way. Only an Admin can keep keys that the workspace would revoke by
   * default. Refuses `last_admin`, `personal_workspace`, `keys_not_kept`.
   */
  leave: refusing(
    ["last_admin", "personal_workspace", "keys_not_kept"],
    workspaceProcedure("workspace:read", leaveWorkspace, "any"),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, kind } = ctx.workspace;
    if (kind === "personal") throw refuse("personal_workspace");
    await lockWorkspaceAndRecheckRole(ctx);
    const member = await existing(ctx.db, workspaceId, ctx.person.id);
    await checkOwnDecision(ctx.db, workspaceId, member.role, input);
    const how = { action: "member.left", otherwise: "last_admin" } as const;
    await endMembership(ctx, workspaceId, { ...how, userId: ctx.person.id, ...member }, input);
  }),
});

/**
 * Checks the choice of a member who leaves: their keys go on working only if they are an Admin or the workspace's
 * setting allows it.
 */
async function checkOwnDecision(db: Db, workspaceId: string, role: Role, { keys, key }: Decisions): Promise<void> {
  if (can(role, "key:manage-any") || ![keys, ...key.values()].includes("keep")) return;
  if ((await ending.expiredMemberKeyAction(db, workspaceId)) !== "keep") throw refuse("keys_not_kept");
}

async function existing(db: Db, workspaceId: string, userId: string): Promise<{ role: Role; endsAt: Date | null }> {
  const member = await membership.find(db, workspaceId, userId);
  if (!member) throw refuse("not_found");
  return member;
}
