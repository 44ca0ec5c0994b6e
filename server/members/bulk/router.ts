import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { oneByOne } from "@/server/api/one-by-one";
import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as membership from "@/server/membership/queries";
import { changeRoleOf } from "../change-role";
import { endMembership } from "../offboarding/end-membership";
import { undecided } from "../offboarding/input";
import { changeRoles, removeMembers } from "./input";

/**
 * Changes several members at once. Each is changed as it would be alone, or is left unchanged and reported with the
 * reason.
 */
export const bulkMembersRouter = t.router({
  /** Gives several members a role. */
  changeRoles: workspaceProcedure("member:manage", changeRoles, {
    recent: "an Admin is made, or is one no longer",
  }).mutation(async ({ ctx, input }) => {
    await lockWorkspaceAndRecheckRole(ctx);
    return oneByOne(ctx, input.userIds, (one, userId) => changeRoleOf(one, userId, input.role));
  }),

  /**
   * Removes several members. The caller's own membership is left: a member who leaves decides about what they leave
   * behind.
   */
  removeMany: workspaceProcedure("member:manage", removeMembers, { recent: "another Admin is removed" }).mutation(
    async ({ ctx, input }) => {
      const { workspaceId, name } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      return oneByOne(ctx, input.userIds, async (one, userId) => {
        const member = await membership.find(one.db, workspaceId, userId);
        const isOwn = userId === ctx.person.id;
        ctx.signIn.recentIf(member?.role === "admin" && !isOwn);
        if (!member) throw refuse("not_found");
        if (isOwn) throw refuse("not_permitted");
        const how = { action: "member.removed", by: ctx.person, workspaceName: name } as const;
        await endMembership(one, workspaceId, { ...how, userId, ...member }, { ...undecided, keys: input.keys });
      });
    },
  ),
});
