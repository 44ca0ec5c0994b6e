import { z } from "zod";
import { enterWorkspace } from "@/db/client";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { personProcedure, refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as domains from "./domains/queries";
import { wayBack } from "./former-member";
import { joinPage, oneOpen, openAfter, setJoinPage } from "./input";
import { joinWorkspace } from "./join-workspace";
import * as joining from "./requests/queries";
import { askToJoin } from "./requests/router";

/** Procedures for joining without an invitation: by the domain of one's address, or at a workspace's join page. */
export const joiningRouter = t.router({
  /**
   * Returns workspaces that are open to the person's verified domain, 20 at a time, and the person's pending requests.
   */
  open: personProcedure(openAfter).query(async ({ ctx, input: { after } }) => {
    const { id, email, isVerified } = ctx.person;
    if (!isVerified) return { domains: [], isMore: false, requests: [] };
    const [open, requests] = await Promise.all([domains.openTo(ctx.db, id, email, after), joining.listOwn(ctx.db, id)]);
    const shown = [];
    for (const { slug, workspaceId, name: workspaceName, domain, mode, isFull } of open.rows) {
      const offer = { slug, workspaceName, domain, mode, isFull };
      await enterWorkspace(ctx.db, workspaceId);
      const isAskedFor = offer.mode === "join" && (await wayBack(ctx.db, workspaceId, id)).isAskedFor;
      shown.push({ ...offer, ...(isAskedFor && { mode: "request" as const }) });
    }
    return { domains: shown, isMore: open.isMore, requests: requests.map(({ workspaceId, ...request }) => request) };
  }),

  /**
   * Joins a workspace that the person's domain opens, with its default role. Refuses `former_member`, `not_open`,
   * `verify_email`, `seats_full`.
   */
  joinByDomain: refusing(
    ["former_member", "not_open", "verify_email", "seats_full", "personal_workspace", "workspace_suspended"],
    personProcedure(oneOpen, "any"),
  ).mutation(async ({ ctx, input: { slug } }) => {
    const { email, isVerified } = ctx.person;
    const open = isVerified ? await domains.openOne(ctx.db, email, slug) : undefined;
    if (open?.mode !== "join") throw refuse(isVerified ? "not_open" : "verify_email");
    await joinWorkspace(ctx, open.workspaceId, null, async () => {
      // Checked again under the lock: an Admin may have removed the domain meanwhile.
      if ((await domains.openOne(ctx.db, email, slug))?.mode !== "join") throw refuse("not_open");
      return { way: "domain", detail: { domain: open.domain } };
    });
    return { slug: open.slug };
  }),

  /** Asks to join a workspace that the person's domain opens. Refuses `not_open`, `verify_email`, `already_member`. */
  askByDomain: refusing(["not_open", "verify_email", "already_member"], personProcedure(oneOpen, "any")).mutation(
    async ({ ctx, input: { slug } }) => {
      const { email, isVerified } = ctx.person;
      const open = isVerified ? await domains.openOne(ctx.db, email, slug) : undefined;
      if (!open) throw refuse(isVerified ? "not_open" : "verify_email");
      return askToJoin(ctx, open, async () => {
        if (open.proof === "address" && !(await domains.isAddressProofAlive(ctx.db, open.workspaceId, open.id)))
          throw refuse("not_open");
      });
    },
  ),

  /** Returns what a workspace's join page shows this person. Refuses `not_found` when there is no such page. */
  page: refusing(["not_found"], personProcedure(joinPage)).query(async ({ ctx, input }) => {
    const found = await joining.workspaceWithPage(ctx.db, input.slug);
    if (!found) throw refuse("not_found");
    const isMember = (await liveWorkspace.membershipBySlug(ctx.db, ctx.person.id, input.slug)) !== undefined;
    const isWaiting = await joining.isWaiting(ctx.db, found.workspaceId, ctx.person.id);
    return { slug: found.slug, workspaceName: found.name, isMember, isWaiting };
  }),

  /** Asks to join at a workspace's join page. Refuses `not_found`, `verify_email`, `already_member`. */
  askAtPage: refusing(["not_found", "verify_email", "already_member"], personProcedure(joinPage, "any")).mutation(
    async ({ ctx, input }) => {
      const found = await joining.workspaceWithPage(ctx.db, input.slug);
      if (!found) throw refuse("not_found");
      return askToJoin(ctx, found);
    },
  ),

  /** Returns whether people without an invitation may ask to join at the workspace's page. */
  pageSetting: workspaceProcedure("domain:manage", z.strictObject({})).query(async ({ ctx }) => ({
    isOpen: await joining.isPageOpen(ctx.db, ctx.workspace.workspaceId),
  })),

  /** Opens or closes the workspace's join page. */
  setPage: refusing(["personal_workspace"], workspaceProcedure("domain:manage", setJoinPage, "today")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId, kind } = ctx.workspace;
      if (kind === "personal") throw refuse("personal_workspace");
      await lockWorkspaceAndRecheckRole(ctx);
      const before = await joining.isPageOpen(ctx.db, workspaceId);
      if (before === input.isOpen) return;
      await joining.setPage(ctx.db, workspaceId, input.isOpen);
      await audit.record(ctx.db, workspaceId, ctx, {
        action: input.isOpen ? "join_page.opened" : "join_page.closed",
        target: { type: "workspace", id: workspaceId },
      });
    },
  ),

  /** Withdraws the person's own request. */
  withdraw: refusing(["not_found"], personProcedure(z.strictObject({ requestId: z.uuid() }), "any")).mutation(
    async ({ ctx, input }) => {
      const request = await joining.findOwn(ctx.db, ctx.person.id, input.requestId);
      if (!request) throw refuse("not_found");
      await enterWorkspace(ctx.db, request.workspaceId);
      if (!(await joining.settle(ctx.db, request.workspaceId, input.requestId, "withdrawn", ctx.person.id)))
        throw refuse("request_settled");
      await audit.record(ctx.db, request.workspaceId, ctx, {
        action: "join_request.withdrawn",
        target: { type: "member", id: ctx.person.id },
      });
    },
  ),
});
