import { charge } from "@/server/api/charge";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { limits } from "@/server/platform/throttling/limits";
import { setSlug } from "./input";
import * as address from "./queries";
import { isReserved } from "./reserved";

/** The address of a workspace. */
export const workspaceAddressRouter = t.router({
  /**
   * Changes the workspace's slug. Its former addresses redirect for good, and no other workspace ever gets them.
   * Refuses `slug_taken`, `slug_reserved`, `too_many`.
   */
  setSlug: refusing(["slug_taken", "slug_reserved"], workspaceProcedure("workspace:update", setSlug, "today")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId, slug } = ctx.workspace;
      if (isReserved(input.slug)) throw refuse("slug_reserved", { slug: "This word is kept for Atelier itself." });
      await lockWorkspaceAndRecheckRole(ctx);
      if (input.slug === slug) return { slug };
      await charge(ctx.db, limits.slugChangesPerWorkspace, workspaceId);
      if (!(await address.setSlug(ctx.db, workspaceId, input.slug)))
        throw refuse("slug_taken", { slug: "This address is taken, or was another workspace's once." });
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "workspace.slug_changed",
        target: { type: "workspace", id: workspaceId },
        before: { slug },
        after: { slug: input.slug },
      });
      return { slug: input.slug };
    },
  ),
});
