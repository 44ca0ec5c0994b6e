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

/** Operators look inside a workspace when one of its Admins lets them. */
export const looksRouter = t.router({
  /** Returns who looks inside now, and who asks to. */
  open: workspaceProcedure("workspace:read", z.strictObject({})).query(async ({ ctx }) =>
    (await looks.listOpen(ctx.db, ctx.workspace.workspaceId)).map(({ id, name, status, endsAt }) => ({
      ...{ id, name, endsAt },
      isPending: status === "pending",
    })),
  ),

  /** Returns the latest requests to look inside, and what became of each. */
  list: workspaceProcedure("member:manage", z.strictObject({})).query(({ ctx }) =>
    looks.listLatest(ctx.db, ctx.workspace.workspaceId),
  ),

  /**
   * Lets the operator who asks look inside for an hour. The same answer twice is one. Refuses `not_found`, `request_settled` when it was answered otherwise
   * or taken back, `sign_in_again`, `not_permitted` to the operator who asks.
   */
  grant: refusing(["request_settled"], workspaceProcedure("member:manage", oneLook, "recent")).mutation(
    ({ ctx, input }) => answer(ctx, input.lookId, true),
  ),

  /** Declines a request to look inside. Refuses as `grant` does. */
  decline: refusing(["request_settled"], evenSuspended(workspaceProcedure("member:manage", oneLook, "any"))).mutation(
    ({ ctx, input }) => answer(ctx, input.lookId, false),
  ),

  /** Ends an operator's look inside at once, on every instance; in a suspended workspace too. Refuses `not_found`, `request_settled`. */
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
  // An operator who is an Admin here as well would keep their own consent after they were removed.
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

/** Writes down in the workspace's log and in the instance's what an Admin has decided. The transaction is inside the workspace afterwards. */
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
