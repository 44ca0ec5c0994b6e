import { z } from "zod";
import { canGrant } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { acceptGroupRule, oneGroupRule } from "./input";
import * as rules from "./queries";

/**
 * Procedures for the groups of a sign-in provider that become memberships of the workspace: operators propose a rule,
 * Admins accept it.
 */
export const groupRulesRouter = t.router({
  /** Returns the proposed and the accepted rules. */
  list: workspaceProcedure("domain:manage", z.strictObject({})).query(({ ctx }) =>
    rules.list(ctx.db, ctx.workspace.workspaceId),
  ),

  /**
   * Accepts a rule: from then on people of the group join when they sign in with the provider. Refuses `not_found`,
   * `cannot_grant`, `personal_workspace`; `state_changed` when it is accepted already, or its provider's claim is not
   * the one that was shown.
   */
  accept: refusing(
    ["not_found", "state_changed", "cannot_grant", "personal_workspace"],
    workspaceProcedure("domain:manage", acceptGroupRule, "recent"),
  ).mutation(async ({ ctx, input: { ruleId, claim } }) => {
    const { workspaceId, kind, role } = ctx.workspace;
    if (kind === "personal") throw refuse("personal_workspace");
    await lockWorkspaceAndRecheckRole(ctx);
    const rule = await rules.hold(ctx.db, workspaceId, ruleId);
    if (!rule) throw refuse("not_found");
    if (!canGrant(role, rule.role)) throw refuse("cannot_grant");
    if (!(await rules.accept(ctx.db, workspaceId, ruleId, claim, ctx.person.id))) throw refuse("state_changed");
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "workspace.group_rule_accepted",
      target: { type: "workspace", id: workspaceId },
      after: detail(rule),
    });
  }),

  /**
   * Declines or ends a rule. Its members stay until they sign in with the provider again, unless another rule applies
   * to them. Refuses `not_found`.
   */
  end: refusing(["not_found"], workspaceProcedure("domain:manage", oneGroupRule, "recent")).mutation(
    async ({ ctx, input: { ruleId } }) => {
      const { workspaceId } = ctx.workspace;
      const rule = await rules.hold(ctx.db, workspaceId, ruleId);
      if (!rule) throw refuse("not_found");
      await rules.remove(ctx.db, workspaceId, ruleId);
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "workspace.group_rule_ended",
        target: { type: "workspace", id: workspaceId },
        before: detail(rule),
      });
    },
  ),
});

const detail = ({ provider, group, role }: rules.WorkspaceRule) => ({ provider, group, role });
