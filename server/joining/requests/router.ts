import { z } from "zod";
import { enterWorkspace } from "@/db/client";
import { can, canGrant, type Role, roleText } from "@/server/access/permissions";
import { charge } from "@/server/api/charge";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import { admit } from "@/server/members/admit";
import { tellOfRequest } from "@/server/members/notices";
import { settleEnded } from "@/server/members/offboarding/ended";
import * as personRow from "@/server/membership/person/queries";
import * as membership from "@/server/membership/queries";
import { limits } from "@/server/platform/throttling/limits";
import { addSeat, seatsOf, takeSeat } from "@/server/workspaces/policy/seat";
import { wayBack } from "../former-member";
import { approveRequest, oneRequest } from "../input";
import type { Joiner } from "../join-workspace";
import * as joining from "./queries";

/**
 * Stores a request to join a workspace, and mails its Admins. Asking again while a request is pending changes nothing
 * and succeeds. Refuses `verify_email`, `already_member`.
 *
 * @param permit called inside the workspace; throws to refuse
 */
export async function askToJoin(
  ctx: Joiner,
  where: { workspaceId: string; slug: string; name: string },
  permit?: () => Promise<void>,
): Promise<{ workspaceName: string }> {
  const { workspaceId, name } = where;
  if (!ctx.person.isVerified) throw refuse("verify_email");
  await enterWorkspace(ctx.db, workspaceId);
  if (await membership.find(ctx.db, workspaceId, ctx.person.id)) throw refuse("already_member");
  await permit?.();
  await charge(ctx.db, limits.joinsPerPerson, ctx.person.id);
  const { isAskedFor } = await wayBack(ctx.db, workspaceId, ctx.person.id);
  const id = await joining.ask(ctx.db, workspaceId, ctx.person.id, isAskedFor);
  if (id) {
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "join_request.made",
      target: { type: "member", id: ctx.person.id },
    });
    await tellOfRequest(ctx, where, null);
  }
  return { workspaceName: name };
}

/** Procedures for Admins to answer requests to join. */
export const requestsRouter = t.router({
  /** Returns the pending requests, and whether all seats are taken. */
  list: workspaceProcedure("member:invite", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId, memberCount } = ctx.workspace;
    return { ...(await joining.listPending(ctx.db, workspaceId)), isFull: memberCount >= seatsOf(ctx.workspace) };
  }),

  /**
   * Approves a request with a role; a person who left before an end date gets that date again. If two Admins approve at
   * the same time, the second call changes nothing. With `addSeat`, a seat is added when all are taken. Refuses
   * `cannot_grant`, `seats_full`, and `request_settled` when the request was declined or withdrawn.
   */
  approve: refusing(
    ["cannot_grant", "seats_full", "request_settled", "personal_workspace"],
    workspaceProcedure("member:invite", approveRequest, { recent: "an Admin is made" }),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, role: ownRole, name, slug } = ctx.workspace;
    if (!canGrant(ownRole, input.role)) throw refuse("cannot_grant", { role: "You cannot give this role." });
    ctx.signIn.recentIf(input.role === "admin");
    const asked = await joining.find(ctx.db, workspaceId, input.requestId);
    if (!asked) throw refuse("not_found");
    if (!(await personRow.hold(ctx.db, asked.userId))) throw refuse("request_settled");
    await lockWorkspaceAndRecheckRole(ctx);
    const request = await joining.find(ctx.db, workspaceId, input.requestId);
    if (!request) throw refuse("not_found");
    if (request.status === "approved") return;
    if (!request.email || !(await joining.settle(ctx.db, workspaceId, input.requestId, "approved", ctx.person.id)))
      throw refuse("request_settled");
    await settleEnded(ctx.db, workspaceId, request.userId, ctx.origin);
    if (!(await membership.find(ctx.db, workspaceId, request.userId))) await takeSeatOrAdd(ctx, input.addSeat);
    const { endsAt } = await wayBack(ctx.db, workspaceId, request.userId);
    await admit(ctx.db, workspaceId, request.userId, input.role, endsAt);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "join_request.approved",
      target: { type: "member", id: request.userId },
      after: { role: input.role, ...(endsAt ? { endsAt } : {}) },
    });
    await mail.enqueue(ctx.db, {
      to: request.email,
      template: "request-answered",
      props: {
        url: link(`/w/${slug}`),
        isApproved: true,
        workspaceName: name,
        role: roleText[input.role].name,
        recipient: request.email,
        origin: linkOrigin(),
      },
    });
  }),

  /**
   * Declines a request. Declining it again changes nothing. Refuses `request_settled` when it was approved meanwhile.
   */
  decline: refusing(["request_settled"], workspaceProcedure("member:invite", oneRequest, "any")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId, name } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      const request = await joining.find(ctx.db, workspaceId, input.requestId);
      if (!request) throw refuse("not_found");
      if (request.status === "declined") return;
      if (!(await joining.settle(ctx.db, workspaceId, input.requestId, "declined", ctx.person.id)))
        throw refuse("request_settled");
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "join_request.declined",
        target: { type: "member", id: request.userId },
      });
      if (!request.email) return;
      await mail.enqueue(ctx.db, {
        to: request.email,
        template: "request-answered",
        props: {
          url: link("/welcome"),
          isApproved: false,
          workspaceName: name,
          role: null,
          recipient: request.email,
          origin: linkOrigin(),
        },
      });
    },
  ),
});

/**
 * Takes a seat for a new member under the workspace's lock, or adds one if the caller may change the workspace's policy
 * and asked for it.
 */
async function takeSeatOrAdd(
  ctx: audit.Actor & Pick<Joiner, "db"> & { workspace: { workspaceId: string; role: Role } },
  mayAdd: boolean,
): Promise<void> {
  const { workspaceId, role } = ctx.workspace;
  if (mayAdd && can(role, "workspace:update")) await addSeat(ctx, workspaceId);
  await takeSeat(ctx.db, workspaceId);
}
