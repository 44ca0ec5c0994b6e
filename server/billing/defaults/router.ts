import { z } from "zod";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { workspaceProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { setDefaultLimits } from "./input";
import * as defaults from "./queries";

/** Procedures for the default spending limits of members who join and keys that are created. */
export const defaultLimitsRouter = t.router({
  /** Returns the default limits of a new member and a new key, in micro-units per month; null: no limit. */
  defaultLimits: workspaceProcedure("usage:read", z.strictObject({})).query(({ ctx }) =>
    defaults.find(ctx.db, ctx.workspace.workspaceId),
  ),

  /** Sets the default limits of new members and new keys. Existing members and keys keep their limits. */
  setDefaultLimits: workspaceProcedure("limit:manage", setDefaultLimits, "any").mutation(
    async ({ ctx, input: { newMemberLimit, newKeyLimit } }) => {
      const { workspaceId } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      const before = await defaults.find(ctx.db, workspaceId);
      const after = { newMemberLimit, newKeyLimit };
      if (before.newMemberLimit === newMemberLimit && before.newKeyLimit === newKeyLimit) return;
      await defaults.set(ctx.db, workspaceId, after);
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "spend.default_limits_set",
        target: { type: "workspace", id: workspaceId },
        before,
        after,
      });
    },
  ),
});
