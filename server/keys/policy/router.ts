import { z } from "zod";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { workspaceProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as keys from "../queries";
import { setKeyPolicy } from "./input";
import * as keyPolicy from "./queries";

export const keyPolicyRouter = t.router({
  /**
   * Returns how many days a key may live at most (null: without end), and the monthly limit of a key that is made
   * without one (null: none).
   */
  policy: workspaceProcedure("workspace:read", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    const [maximumDays, { newKeyLimit }] = await Promise.all([
      keyPolicy.maximumDays(ctx.db, workspaceId),
      keys.bounds(ctx.db, workspaceId),
    ]);
    return { maximumDays, newKeyLimit };
  }),

  /** Sets how long keys may live from now on. Existing keys are not changed. */
  setPolicy: workspaceProcedure("workspace:update", setKeyPolicy, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const before = await keyPolicy.maximumDays(ctx.db, workspaceId);
    const after = input.maximumDays === "none" ? null : Number(input.maximumDays);
    if (before === after) return;
    await keyPolicy.setMaximumDays(ctx.db, workspaceId, after);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "key.policy_changed",
      target: { type: "workspace", id: workspaceId },
      before: { maximumDays: before },
      after: { maximumDays: after },
    });
  }),
});
