import { instanceLog } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as rules from "@/server/joining/groups/queries";
import { limits } from "@/server/platform/throttling/limits";
import { inside } from "../../inside";
import { addGroupRule, ofProvider, removeGroupRule, setGroupsClaim } from "./input";
import { findProvider, holdProvider } from "./provider";
import * as groups from "./queries";

const limit = limits.providerChangesPerPerson;

/** Procedures for the groups of a sign-in provider that become memberships of workspaces. */
export const signInGroupsRouter = t.router({
  /** Returns the claim that contains a provider's groups, and its rules, at most 500. Refuses `not_found`. */
  signInGroups: refusing(["not_found"], instanceProcedure(ofProvider)).query(async ({ ctx, input: { providerId } }) => {
    const { groupsClaim, isMissingNone } = await findProvider(ctx.db, providerId);
    return { groupsClaim, isMissingNone, rules: await groups.list(ctx.db, providerId) };
  }),

  /** Sets which claim contains the groups, and what a missing claim means. Refuses `not_found`, `sign_in_again`. */
  setGroupsClaim: refusing(["not_found"], instanceProcedure(setGroupsClaim, "recent", limit)).mutation(
    async ({ ctx, input: { providerId, groupsClaim, missing } }) => {
      const { name: _, ...before } = await holdProvider(ctx.db, providerId);
      const after = { groupsClaim, isMissingNone: missing === "none" };
      await groups.setSettings(ctx.db, providerId, after);
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "sign_in_provider.groups_changed",
        target: { type: "sign_in_provider", id: providerId },
        before,
        after,
      });
    },
  ),

  /**
   * Proposes a rule to a workspace: people of the group become members. It has no effect until an Admin of the
   * workspace accepts it. Refuses `not_found`, `too_many_providers`, at the field an unknown workspace or an existing
   * rule, `sign_in_again`.
   */
  addGroupRule: refusing(
    ["not_found", "too_many_providers"],
    instanceProcedure(addGroupRule, "recent", limit),
  ).mutation(async ({ ctx, input: { providerId, group, slug, role } }) => {
    const { name } = await holdProvider(ctx.db, providerId);
    if ((await groups.list(ctx.db, providerId)).length >= rules.mostRules) throw refuse("too_many_providers");
    const workspaceId = await groups.organization(ctx.db, slug);
    if (!workspaceId) throw refuse("invalid_input", { slug: "No organization's workspace has this address." });
    await inside(ctx, workspaceId, async () => {
      const values = { provider: providerId, groupName: group, role, createdBy: ctx.person.id };
      if (!(await rules.add(ctx.db, workspaceId, values)))
        throw refuse("invalid_input", { group: "There is a rule of this group and workspace. Remove it first." });
      return {
        action: "workspace.group_rule_proposed",
        target: { type: "workspace", id: workspaceId },
        after: { provider: name, group, role },
      };
    });
  }),

  /**
   * Removes a group rule. Its members stay until they sign in with the provider again. Refuses `not_found`,
   * `sign_in_again`.
   */
  removeGroupRule: refusing(["not_found"], instanceProcedure(removeGroupRule, "recent", limit)).mutation(
    async ({ ctx, input: { providerId, ruleId } }) => {
      const workspaceId = await groups.workspaceOf(ctx.db, providerId, ruleId);
      if (!workspaceId) throw refuse("not_found");
      await inside(ctx, workspaceId, async () => {
        const rule = await rules.hold(ctx.db, workspaceId, ruleId);
        if (!rule) throw refuse("not_found");
        await rules.remove(ctx.db, workspaceId, ruleId);
        return {
          action: "workspace.group_rule_ended",
          target: { type: "workspace", id: workspaceId },
          before: { provider: rule.provider, group: rule.group, role: rule.role },
        };
      });
    },
  ),
});
