import { z } from "zod";
import { enterWorkspace } from "@/db/client";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { noInput, personProcedure, refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as domains from "./domains/queries";
import { wayBack } from "./former-member";
import { joinPage, setJoinPage } from "./input";
import { joinWorkspace } from "./join-workspace";
import * as joining from "./requests/queries";
import { askToJoin } from "./requests/router";

/** The ways in that need no invitation: one's domain, and a workspace's join page. */
export const joiningRouter = t.router({
  /** Returns the workspace that is open to the person's verified domain, and the requests they wait for. */
  open: personProcedure(noInput).query(async ({ ctx }) => {
    const { id, email, isVerified } = ctx.person;
    if (!isVerified) return { domain: null, requests: [] };
    const [domain, requests] = await Promise.all([domains.openTo(ctx.db, email), joining.listOwn(ctx.db, id)]);
    const isMember =
      domain !== undefined && (await liveWorkspace.membershipBySlug(ctx.db, id, domain.slug)) !== undefined;
    const isAsking = requests.some(
      ({ workspaceId, status }) => workspaceId === domain?.workspaceId && status === "pending",
    );
    let mode = domain?.mode;
    if (domain?.mode === "join" && !isMember) {
      await enterWorkspace(ctx.db, domain.workspaceId);
      if ((await wayBack(ctx.db, domain.workspaceId, id)).isAskedFor) mode = "request";
    }
    return {
      domain:
        domain && mode && !isMember && !isAsking
          ? { workspaceName: domain.name, domain: domain.domain, mode, isFull: domain.isFull }
          : null,
      requests: requests.map(({ workspaceId, ...request }) => request),
    };
  }),

  /** Joins the workspace that the person's domain opens, with its default role. Refuses `former_member`, `not_open`, `verify_email`, `seats_full`. */
  joinByDomain: refusing(
    ["former_member", "not_open", "verify_email", "seats_full", "personal_workspace", "workspace_suspended"],
    personProcedure(noInput, "any"),
  ).mutation(async ({ ctx }) => {
    const open = ctx.person.isVerified ? await domains.openTo(ctx.db, ctx.person.email) : undefined;
    if (open?.mode !== "join") throw refuse(ctx.person.isVerified ? "not_open" : "verify_email");
    await joinWorkspace(ctx, open.workspaceId, null, async () => {
      // Looked up again under the lock: an Admin may have taken the domain away meanwhile.
      if ((await domains.openTo(ctx.db, ctx.person.email))?.mode !== "join") throw refuse("not_open");
      return { way: "domain", detail: { domain: open.domain } };
    });
    return { slug: open.slug };
  }),

  /** Asks the workspace that the person's domain opens to be let in. Refuses `not_open`, `verify_email`, `already_member`. */
  askByDomain: refusing(["not_open", "verify_email", "already_member"], personProcedure(noInput, "any")).mutation(
    async ({ ctx }) => {
      const open = ctx.person.isVerified ? await domains.openTo(ctx.db, ctx.person.email) : undefined;
      if (!open) throw refuse(ctx.person.isVerified ? "not_open" : "verify_email");
      return askToJoin(ctx, open, async () => {
        if (open.proof === "address" && !(await domains.isAddressProofAlive(ctx.db, open.workspaceId, open.id)))
          throw refuse("not_open");
      });
    },
  ),

  /** Returns what a workspace's join page shows this person. Refuses `not_found` where there is none. */
  page: refusing(["not_found"], personProcedure(joinPage)).query(async ({ ctx, input }) => {
    const found = await joining.workspaceWithPage(ctx.db, input.slug);
    if (!found) throw refuse("not_found");
    const isMember = (await liveWorkspace.membershipBySlug(ctx.db, ctx.person.id, input.slug)) !== undefined;
    const isWaiting = await joining.isWaiting(ctx.db, found.workspaceId, ctx.person.id);
    return { slug: found.slug, workspaceName: found.name, isMember, isWaiting };
  }),

  /** Asks at a workspace's join page to be let in. Refuses `not_found`, `verify_email`, `already_member`. */
  askAtPage: refusing(["not_found", "verify_email", "already_member"], personProcedure(joinPage, "any")).mutation(
    async ({ ctx, input }) => {
      const found = await joining.workspaceWithPage(ctx.db, input.slug);
      if (!found) throw refuse("not_found");
      return askToJoin(ctx, found);
    },
  ),

  /** Checks whether people without an invitation may ask to join at the workspace's page. */
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

  /** Takes one's own request back. */
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
