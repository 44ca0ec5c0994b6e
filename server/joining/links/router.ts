import { z } from "zod";
import { enterWorkspace } from "@/db/client";
import { can, canGrant, lowerRole } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { personProcedure, refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { link } from "@/server/mail/links";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { open, seal } from "@/server/platform/sealed";
import { wayBack } from "../former-member";
import { hashToken, newToken } from "../invitations/token";
import { joinWorkspace } from "../join-workspace";
import * as joining from "../requests/queries";
import { askToJoin } from "../requests/router";
import { createLink, heldLink } from "./input";
import * as links from "./queries";

const purpose = "invite link";

/** Procedures for the invite link: an offer to several people, which needs no mail. */
export const inviteLinksRouter = t.router({
  /** Returns the workspace's active link with its address, or null. */
  get: workspaceProcedure("member:invite", z.strictObject({})).query(async ({ ctx }) => {
    const found = await links.find(ctx.db, ctx.workspace.workspaceId);
    if (!found) return null;
    const { tokenSealed, id, ...shown } = found;
    const token = open(purpose, tokenSealed);
    return { ...shown, url: token ? link(`/link/${token.toString()}`) : null };
  }),

  /** Creates a link in place of the earlier one. Refuses `personal_workspace`, `cannot_grant`. */
  create: refusing(
    ["personal_workspace", "cannot_grant"],
    workspaceProcedure("member:invite", createLink, "today"),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, kind, role: ownRole } = ctx.workspace;
    if (kind === "personal") throw refuse("personal_workspace");
    if (!canGrant(ownRole, input.role)) throw refuse("cannot_grant", { role: "You cannot give this role." });
    await lockWorkspaceAndRecheckRole(ctx);
    const isReplaced = await links.end(ctx.db, workspaceId);
    const { token, hash } = newToken();
    const { domain, ...rest } = input;
    const values = { role: rest.role, maxUses: rest.maxUses, days: rest.days, domain: domain || null };
    await links.create(ctx.db, workspaceId, {
      ...values,
      tokenHash: hash,
      tokenSealed: seal(purpose, Buffer.from(token)),
      createdBy: ctx.person.id,
    });
    await audit.record(ctx.db, workspaceId, ctx, {
      action: isReplaced ? "invite_link.replaced" : "invite_link.made",
      target: { type: "workspace", id: workspaceId },
      after: values,
    });
    return { url: link(`/link/${token}`) };
  }),

  /** Switches the link off. Refuses `link_none`. */
  end: refusing(["link_none"], workspaceProcedure("member:invite", z.strictObject({}), "any")).mutation(
    async ({ ctx }) => {
      const { workspaceId } = ctx.workspace;
      if (!(await links.end(ctx.db, workspaceId))) throw refuse("link_none");
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "invite_link.ended",
        target: { type: "workspace", id: workspaceId },
      });
    },
  ),

  /** Returns what a link offers to this person. Refuses `not_found` for a token that never existed. */
  inspect: refusing(["not_found"], personProcedure(heldLink)).query(async ({ ctx, input }) => {
    const found = await links.findByToken(ctx.db, hashToken(input.token));
    if (!found) throw refuse("not_found");
    const isMember = (await liveWorkspace.membershipBySlug(ctx.db, ctx.person.id, found.slug)) !== undefined;
    if (isMember) return { state: "member" as const, slug: found.slug };
    if (!found.isOpen) return { state: "closed" as const };
    if (!isAtDomain(ctx.person.email, found.domain))
      return { state: "wrong_domain" as const, domain: found.domain, signedInAs: ctx.person.email };
    await enterWorkspace(ctx.db, found.workspaceId);
    const { isAskedFor, roleByAdmin } = await wayBack(ctx.db, found.workspaceId, ctx.person.id);
    if (isAskedFor || found.isFull) {
      const isWaiting = await joining.isWaiting(ctx.db, found.workspaceId, ctx.person.id);
      const state = isAskedFor ? ("former_member" as const) : ("full" as const);
      return { state, workspaceName: found.workspaceName, isWaiting };
    }
    return { state: "open" as const, workspaceName: found.workspaceName, role: lowerRole(found.role, roleByAdmin) };
  }),

  /**
   * Joins by a link. Refuses `former_member`, `link_closed`, `link_wrong_domain`, `inviter_lost_authority`,
   * `verify_email`.
   */
  join: refusing(
    [
      "former_member",
      "link_closed",
      "link_wrong_domain",
      "inviter_lost_authority",
      "verify_email",
      "seats_full",
      "workspace_suspended",
      "personal_workspace",
    ],
    personProcedure(heldLink, "any"),
  ).mutation(async ({ ctx, input }) => {
    const found = await links.findByToken(ctx.db, hashToken(input.token));
    if (!found) throw refuse("not_found");
    await joinWorkspace(ctx, found.workspaceId, found.role, async () => {
      if (!isAtDomain(ctx.person.email, found.domain)) throw refuse("link_wrong_domain");
      const maker = await membership.findMaker(ctx.db, found.workspaceId, found.createdBy);
      if (!maker || !can(maker.role, "member:invite") || !canGrant(maker.role, found.role))
        throw refuse("inviter_lost_authority");
      if (!(await links.use(ctx.db, found.workspaceId, found.id))) throw refuse("link_closed");
      return { way: "link", detail: { link: found.id } };
    });
    return { slug: found.slug };
  }),

  /**
   * Asks to join when a link alone is not enough: for a former member, or when all seats are taken. Refuses
   * `link_closed`, `link_wrong_domain`, `verify_email`, `already_member`.
   */
  ask: refusing(
    ["link_closed", "link_wrong_domain", "verify_email", "already_member"],
    personProcedure(heldLink, "any"),
  ).mutation(async ({ ctx, input }) => {
    const found = await links.findByToken(ctx.db, hashToken(input.token));
    if (!found) throw refuse("not_found");
    return askToJoin(ctx, { ...found, name: found.workspaceName }, async () => {
      if (!isAtDomain(ctx.person.email, found.domain)) throw refuse("link_wrong_domain");
      if (!found.isOpen) throw refuse("link_closed");
    });
  }),
});

function isAtDomain(email: string, domain: string | null): boolean {
  return domain === null || email.slice(email.lastIndexOf("@") + 1) === domain;
}
