import { z } from "zod";
import type { Db } from "@/db/client";
import { can } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as webhooks from "@/server/billing/webhooks/queries";
import * as membership from "@/server/membership/queries";
import { currency } from "@/server/usage/prices";
import * as ending from "./ending/queries";
import { ofMember, setExpiredMemberKeyAction } from "./input";
import * as left from "./left/queries";

/** What a member would leave behind, for the choices before they leave. */
export const offboardingRouter = t.router({
  /** Returns what a member would leave behind. Refuses `not_found`. */
  belongings: workspaceProcedure("member:manage", ofMember).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    if (!(await membership.find(ctx.db, workspaceId, input.userId))) throw refuse("not_found");
    const webhook = (await webhooks.ofMember(ctx.db, workspaceId, input.userId)) ?? null;
    return { ...(await belongingsOf(ctx.db, workspaceId, input.userId)), webhook, mayKeepKeys: true };
  }),

  /** Returns what the caller would leave behind. */
  ownBelongings: workspaceProcedure("workspace:read", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId, look } = ctx.workspace;
    const own = await belongingsOf(ctx.db, workspaceId, ctx.person.id);
    // An operator who looks inside has none, and may not read that table.
    const webhook = look ? null : ((await webhooks.ofMember(ctx.db, workspaceId, ctx.person.id)) ?? null);
    return { ...own, webhook, mayKeepKeys: own.keyAction === "keep" || can(ctx.workspace.role, "key:manage-any") };
  }),

  /** Reads the default action for the keys of departing members. */
  expiredMemberKeyAction: workspaceProcedure("workspace:read", z.strictObject({})).query(async ({ ctx }) => ({
    keys: await ending.expiredMemberKeyAction(ctx.db, ctx.workspace.workspaceId),
  })),

  /** Sets the default action for the keys of departing members. */
  setExpiredMemberKeyAction: workspaceProcedure("workspace:update", setExpiredMemberKeyAction, "any").mutation(
    async ({ ctx, input }) => {
      const { workspaceId } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      const before = await ending.expiredMemberKeyAction(ctx.db, workspaceId);
      if (before === input.keys) return;
      await ending.setExpiredMemberKeyAction(ctx.db, workspaceId, input.keys);
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "workspace.keys_of_ended_changed",
        target: { type: "workspace", id: workspaceId },
        before: { fate: before },
        after: { fate: input.keys },
      });
    },
  ),
});

async function belongingsOf(db: Db, workspaceId: string, userId: string) {
  const [keys, jobs, models, files, invitations, keyAction] = await Promise.all([
    left.keysOf(db, workspaceId, userId),
    left.jobsOf(db, workspaceId, userId),
    left.modelsOf(db, workspaceId, userId),
    left.filesOf(db, workspaceId, userId),
    left.invitationsOf(db, workspaceId, userId),
    ending.expiredMemberKeyAction(db, workspaceId),
  ]);
  return { keyAction, keys, jobs, models, files, invitations, currency: currency() };
}
