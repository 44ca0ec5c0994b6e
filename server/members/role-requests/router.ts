import { z } from "zod";
import { canGrant, roleText } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import { limits } from "@/server/platform/throttling/limits";
import { endLooksOf } from "../end-looks";
import { keepAnAdmin } from "../keep-an-admin";
import { tellOfRequest } from "../notices";
import { approveRoleRequest, askForRole, oneRoleRequest } from "./input";
import * as roleRequests from "./queries";

/** Members ask for another role, and Admins answer. */
export const roleRequestsRouter = t.router({
  /** Returns the caller's pending request, or the latest answered one; null: there is none from the last 30 days. */
  own: workspaceProcedure("workspace:read", z.strictObject({})).query(
    async ({ ctx }) => (await roleRequests.findOwn(ctx.db, ctx.workspace.workspaceId, ctx.person.id)) ?? null,
  ),

  /**
   * Asks for another role, and mails the Admins. Asking again changes the pending request; the same role again changes
   * nothing and succeeds. Refuses `role_held`.
   */
  ask: refusing(
    ["role_held"],
    workspaceProcedure("workspace:read", askForRole, "any", limits.roleRequestsPerPerson),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    // Without the lock, a member who is removed meanwhile would leave a pending request.
    await lockWorkspaceAndRecheckRole(ctx);
    if (role === input.role) throw refuse("role_held", { role: "You have this role." });
    if (!(await roleRequests.ask(ctx.db, workspaceId, ctx.person.id, input.role))) return;
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "role_request.made",
      target: { type: "member", id: ctx.person.id },
      before: { role },
      after: { role: input.role },
    });
    await tellOfRequest(ctx, ctx.workspace, input.role);
  }),

  /** Withdraws the caller's request. Refuses `request_settled`. */
  withdraw: refusing(
    ["request_settled"],
    workspaceProcedure("workspace:read", z.strictObject({}), "any", limits.roleRequestsPerPerson),
  ).mutation(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    const withdrawn = await roleRequests.withdrawPending(ctx.db, workspaceId, ctx.person.id);
    if (withdrawn.length === 0) throw refuse("request_settled");
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "role_request.withdrawn",
      target: { type: "member", id: ctx.person.id },
    });
  }),

  /** Returns the pending requests. */
  list: workspaceProcedure("member:manage", z.strictObject({})).query(({ ctx }) =>
    roleRequests.listPending(ctx.db, ctx.workspace.workspaceId),
  ),

  /**
   * Approves a request with the role that was asked for, or another one. When two Admins approve at once, the role
   * changes once and both calls succeed. Refuses `cannot_grant`, `last_admin`, and `request_settled` when it was
   * already answered in another way.
   */
  approve: refusing(
    ["cannot_grant", "last_admin", "request_settled"],
    workspaceProcedure("member:manage", approveRoleRequest, {
      recent: "an Admin is made, or is one no longer",
    }),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, role: ownRole } = ctx.workspace;
    if (!canGrant(ownRole, input.role)) throw refuse("cannot_grant", { role: "You cannot give this role." });
    await lockWorkspaceAndRecheckRole(ctx);
    const request = await roleRequests.find(ctx.db, workspaceId, input.roleRequestId);
    if (!request) throw refuse("not_found");
    const member = await membership.find(ctx.db, workspaceId, request.userId);
    ctx.signIn.recentIf(input.role === "admin" || member?.role === "admin");
    if (request.status === "approved") return;
    const answer = { status: "approved", by: ctx.person.id, role: input.role } as const;
    if (!member || !(await roleRequests.settle(ctx.db, workspaceId, input.roleRequestId, answer)))
      throw refuse("request_settled");
    await keepAnAdmin(ctx.db, workspaceId, request.userId, member.role, input.role);
    await endLooksOf(ctx, workspaceId, request.userId);
    await membership.changeRole(ctx.db, workspaceId, request.userId, input.role);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "role_request.approved",
      target: { type: "member", id: request.userId },
      before: { role: member.role },
      after: { role: input.role },
    });
    await mailAnswer(ctx, request.email, true, roleText[input.role].name);
  }),

  /**
   * Declines a request; declining again changes nothing. Refuses `request_settled` when it was already answered in
   * another way.
   */
  decline: refusing(["request_settled"], workspaceProcedure("member:manage", oneRoleRequest, "any")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      const request = await roleRequests.find(ctx.db, workspaceId, input.roleRequestId);
      if (!request) throw refuse("not_found");
      if (request.status === "declined") return;
      const answer = { status: "declined", by: ctx.person.id } as const;
      if (!(await roleRequests.settle(ctx.db, workspaceId, input.roleRequestId, answer)))
        throw refuse("request_settled");
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "role_request.declined",
        target: { type: "member", id: request.userId },
        before: { role: request.role },
      });
      await mailAnswer(ctx, request.email, false, roleText[request.role].name);
    },
  ),
});

type Answering = { db: Parameters<typeof mail.enqueue>[0]; workspace: { name: string; slug: string } };

async function mailAnswer(
  { db, workspace }: Answering,
  to: string | null,
  isApproved: boolean,
  role: (typeof roleText)[keyof typeof roleText]["name"],
): Promise<void> {
  if (!to) return;
  await mail.enqueue(db, {
    to,
    template: "role-answered",
    props: {
      url: link(`/w/${workspace.slug}`),
      isApproved,
      workspaceName: workspace.name,
      role,
      origin: linkOrigin(),
    },
  });
}
