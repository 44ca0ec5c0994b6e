import { actAsOperator, actInside, instanceLog } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { link } from "@/server/mail/links";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { tellOtherAdmins } from "@/server/workspaces/life/notices";
import * as life from "@/server/workspaces/life/queries";
import { removeWorkspace } from "@/server/workspaces/life/remove";
import { hasPersonal } from "@/server/workspaces/queries";
import { inside } from "../inside";
import { deleteWorkspaceOfInstance, oneWorkspace } from "./input";
import * as workspaces from "./queries";

/** Procedures for an operator to delete and restore a workspace. */
export const instanceWorkspaceLifeRouter = t.router({
  /** Returns a deleted workspace that can be restored; null: there is none. */
  deletedWorkspace: instanceProcedure(oneWorkspace).query(async ({ ctx, input }) => {
    const found = await workspaces.findDeleted(ctx.db, input.slug);
    return found ? { slug: input.slug, name: found.name, deletedAt: found.deletedAt } : null;
  }),

  /**
   * Deletes a workspace as an Admin can: its keys stop working at once, and its Admins and operators can restore it for
   * 30 days. Refuses `not_found`, `name_mismatch` unless the name was typed again, `sign_in_again`.
   */
  deleteWorkspace: refusing(
    ["not_found", "name_mismatch"],
    instanceProcedure(deleteWorkspaceOfInstance, "recent"),
  ).mutation(async ({ ctx, input }) => {
    const found = await workspaces.find(ctx.db, input.slug);
    if (!found) throw refuse("not_found");
    const { id, name } = found;
    if (input.confirmation.normalize("NFC").trim() !== name)
      throw refuse("name_mismatch", { confirmation: "Type the workspace's name exactly as shown." });
    await actInside(ctx.db, id);
    if (!(await liveWorkspace.lock(ctx.db, id))) throw refuse("not_found");
    await removeWorkspace(ctx, { workspaceId: id, name });
    await actAsOperator(ctx.db);
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "workspace.deleted",
      target: { type: "workspace", id },
      before: { name },
    });
    return { name };
  }),

  /**
   * Restores a deleted workspace, with its members and keys. Refuses `not_found`, `personal_exists`, `sign_in_again`.
   */
  restoreWorkspace: refusing(["not_found", "personal_exists"], instanceProcedure(oneWorkspace, "recent")).mutation(
    async ({ ctx, input }) => {
      const { db } = ctx;
      const found = await workspaces.findDeleted(db, input.slug);
      if (!found) throw refuse("not_found");
      await actInside(db, found.id);
      // Before the lock, in the same order as when an Admin restores it.
      const before = await life.restorable(db, found.id);
      if (!before) throw refuse("not_found");
      await life.holdPersonal(db, before.createdBy);
      await liveWorkspace.lock(db, found.id);
      const deleted = await life.restorable(db, found.id);
      if (!deleted) throw refuse("not_found");
      if (deleted.kind === "personal" && (await hasPersonal(db, deleted.createdBy))) throw refuse("personal_exists");
      await life.restore(db, found.id);
      await inside(ctx, found.id, async () => ({
        action: "workspace.restored",
        target: { type: "workspace", id: found.id },
        after: { name: found.name },
      }));
      await actInside(db, found.id);
      await tellOtherAdmins(ctx, found.id, found.name, "workspace-restored", link(`/w/${input.slug}`));
      await actAsOperator(db);
      return { name: found.name };
    },
  ),
});
