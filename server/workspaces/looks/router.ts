import { z } from "zod";
import { type Db, enterWorkspace, instanceLog } from "@/db/client";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { evenSuspended, refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import type { Seen } from "@/server/api/seen";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import { oneLook } from "./input";
import * as looks from "./queries";

/** Operators can look inside a workspace when one of its Admins allows it. */
export const looksRouter = t.router({
  /** Returns the operators who can look inside now, and those who ask for it. */
  open: workspaceProcedure("workspace:read", z.strictObject({})).query(async ({ ctx }) =>
    (await looks.listOpen(ctx.db, ctx.workspace.workspaceId)).map(({ id, name, status, endsAt }) => ({
      ...{ id, name, endsAt },
      isPending: status === "pending",
    })),
  ),

  /** Returns the latest requests to look inside, with their outcomes. */
  list: workspaceProcedure("member:manage", z.strictObject({})).query(({ ctx }) =>
    looks.listLatest(ctx.db, ctx.workspace.workspaceId),
  ),

  /**
   * Lets the operator who asked look inside for an hour. The same answer again changes nothing. Refuses `not_found`,
   * `request_settled` when it was answered in another way or withdrawn, `sign_in_again`, and `not_permitted` to the
   * operator who asked.
   */
  grant: refusing(["request_settled"], workspaceProcedure("member:manage", oneLook, "recent")).mutation(
    ({ ctx, input }) => answer(ctx, input.lookId, true),
  ),

  /** Declines a request to look inside. Refuses as `grant` does. */
  decline: refusing(["request_settled"], evenSuspended(workspaceProcedure("member:manage", oneLook, "any"))).mutation(
    ({ ctx, input }) => answer(ctx, input.lookId, false),
  ),

  /**
   * Ends an operator's look inside at once, on every instance. Allowed in a suspended workspace too. Refuses
   * `not_found`, `request_settled`.
   */
  end: refusing(["request_settled"], evenSuspended(workspaceProcedure("member:manage", oneLook, "any"))).mutation(
    async ({ ctx, input: { lookId } }) => {
      const { workspaceId } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      const found = await looks.find(ctx.db, workspaceId, lookId);
      if (!found) throw refuse("not_found");
      if (found.status === "ended") return;
      if (!(await looks.end(ctx.db, workspaceId, lookId, ctx.person.id))) throw refuse("request_settled");
      await recordInBoth(ctx, workspaceId, "look.ended", { operator: found.operatorId });
    },
  ),
});

type Ctx = audit.Actor & { db: Db; person: { id: string }; workspace: Seen };

async function answer(ctx: Ctx, id: string, isGrant: boolean): Promise<void> {
  const { workspaceId, name, slug } = ctx.workspace;
  await lockWorkspaceAndRecheckRole(ctx);
  const found = await looks.find(ctx.db, workspaceId, id);
  if (!found) throw refuse("not_found");
  // Otherwise an operator who is also an Admin here could grant themselves access that lasts after their removal.
  if (isGrant && found.operatorId === ctx.person.id) throw refuse("not_permitted");
  if (found.status === (isGrant ? "granted" : "declined")) return;
  const answered = await looks.answer(ctx.db, workspaceId, id, ctx.person.id, isGrant);
  if (!answered) throw refuse("request_settled");
  await recordInBoth(ctx, workspaceId, isGrant ? "look.granted" : "look.declined", {
    operator: found.operatorId,
    ...(answered.endsAt && { until: answered.endsAt.toISOString() }),
  });
  if (found.email)
    await mail.enqueue(ctx.db, {
      to: found.email,
      template: "look-answered",
      props: {
        url: link(isGrant ? `/w/${slug}` : `/instance/workspaces/${slug}`),
        ...{ isGranted: isGrant, workspaceName: name, origin: linkOrigin() },
      },
    });
}

/**
 * Records an Admin's decision in the audit logs of the workspace and of the instance. Afterwards the transaction is
 * inside the workspace.
 */
async function recordInBoth(
  ctx: Ctx,
  workspaceId: string,
  action: "look.granted" | "look.declined" | "look.ended",
  after: { operator: string; until?: string },
): Promise<void> {
  const event = { action, target: { type: "workspace" as const, id: workspaceId }, after };
  await audit.record(ctx.db, workspaceId, ctx, event);
  await enterWorkspace(ctx.db, instanceLog);
  await audit.record(ctx.db, instanceLog, ctx, event);
  await enterWorkspace(ctx.db, workspaceId);
}
