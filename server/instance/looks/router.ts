import { instanceProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import { limits } from "@/server/platform/throttling/limits";
import * as looks from "@/server/workspaces/looks/queries";
import { inside } from "../inside";
import { oneWorkspace } from "../workspaces/input";
import * as workspaces from "../workspaces/queries";
import { askLook } from "./input";
import * as mine from "./queries";

/** Procedures for an operator to look inside a workspace with the consent of one of its Admins. */
export const instanceLooksRouter = t.router({
  /** Returns the workspaces that the caller may look into now. */
  looks: instanceProcedure(noInput).query(({ ctx }) => mine.listMine(ctx.db, ctx.person.id)),

  /**
   * Asks the Admins of a workspace for access, by mail and on their pages. Refuses `not_found`, `state_changed` while a
   * request waits or access is granted, `sign_in_again`.
   */
  askLook: refusing(
    ["not_found", "state_changed"],
    instanceProcedure(askLook, "today", limits.looksPerPerson),
  ).mutation(async ({ ctx, input: { slug, reason } }) => {
    const found = await workspaces.find(ctx.db, slug);
    if (!found) throw refuse("not_found");
    const { id, name } = found;
    await inside(ctx, id, async () => {
      if (!(await looks.ask(ctx.db, id, ctx.person.id, reason))) throw refuse("state_changed");
      const props = {
        url: link(`/w/${slug}/settings#look-inside`),
        ...{ personName: ctx.person.name, personEmail: ctx.person.email },
        ...{ workspaceName: name, reason, origin: linkOrigin() },
      };
      for (const to of await membership.adminAddresses(ctx.db, id))
        await mail.enqueue(ctx.db, { to, template: "look-request", props });
      return { action: "look.requested", target: { type: "workspace", id }, after: { reason } };
    });
  }),

  /**
   * Withdraws the caller's request, or ends their access. Refuses `not_found`, `state_changed` when there is nothing to
   * end.
   */
  endLook: refusing(["not_found", "state_changed"], instanceProcedure(oneWorkspace, "any")).mutation(
    async ({ ctx, input: { slug } }) => {
      const found = await workspaces.find(ctx.db, slug);
      if (!found) throw refuse("not_found");
      const { id } = found;
      await inside(ctx, id, async () => {
        const left = await looks.leave(ctx.db, id, ctx.person.id);
        if (!left) throw refuse("state_changed");
        const action = left.status === "withdrawn" ? "look.withdrawn" : "look.ended";
        return { action, target: { type: "workspace", id }, after: { operator: ctx.person.id } };
      });
    },
  ),
});
