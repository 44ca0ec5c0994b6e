import { z } from "zod";
import { enterWorkspace } from "@/db/client";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { noInput, personProcedure, refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as fineTuning from "@/server/fine-tuning/queries";
import { link } from "@/server/mail/links";
import * as personRow from "@/server/membership/person/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as workspaces from "../queries";
import { deleteWorkspace, restoreWorkspace } from "./input";
import { tellOtherAdmins } from "./notices";
import * as life from "./queries";
import { removeWorkspace } from "./remove";

/** Deleting and restoring a workspace. */
export const workspaceLifeRouter = t.router({
  /**
   * Returns what deleting the workspace would end: the number of members and of working keys, and the running
   * fine-tuning jobs.
   */
  deletionPlan: workspaceProcedure("workspace:delete", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    const [counted, jobs] = await Promise.all([
      workspaces.summary(ctx.db, workspaceId),
      fineTuning.active(ctx.db, workspaceId),
    ]);
    return { ...counted, jobs };
  }),

  /**
   * Deletes the workspace: members lose access and keys stop at once, fine-tuning jobs are cancelled, and the other
   * Admins are mailed. An Admin can restore it for 30 days. Refuses `name_mismatch` when the name was not typed
   * correctly, and `sign_in_again`.
   */
  remove: refusing(["name_mismatch"], workspaceProcedure("workspace:delete", deleteWorkspace, "recent")).mutation(
    async ({ ctx, input }) => {
      const { name } = ctx.workspace;
      if (input.confirmation.normalize("NFC").trim() !== name)
        throw refuse("name_mismatch", { confirmation: "Type the workspace's name exactly as shown." });
      await lockWorkspaceAndRecheckRole(ctx);
      await removeWorkspace(ctx, ctx.workspace);
      return { name };
    },
  ),

  /** Returns the deleted workspaces that the person may restore. */
  restorable: personProcedure(noInput).query(({ ctx }) => life.listRestorable(ctx.db, ctx.person.id)),

  /**
   * Restores a deleted workspace with its members and keys, for one of its Admins. When two Admins restore it at once,
   * both calls succeed. Refuses `not_found`, and `personal_exists` when the person has since created another personal
   * workspace.
   */
  restore: refusing(["not_found", "personal_exists"], personProcedure(restoreWorkspace, "any")).mutation(
    async ({ ctx, input }) => {
      const { db, person } = ctx;
      const workspaceId = await life.findRestorable(db, person.id, input.slug);
      if (!workspaceId) {
        if (await liveWorkspace.membershipBySlug(db, person.id, input.slug)) return { slug: input.slug };
        throw refuse("not_found");
      }
      if (!(await personRow.hold(db, person.id))) throw refuse("not_signed_in");
      await life.holdPersonal(db, person.id);
      await enterWorkspace(db, workspaceId);
      await liveWorkspace.lock(db, workspaceId);
      const member = await membership.find(db, workspaceId, person.id);
      if (member?.role !== "admin") throw refuse("not_found");
      const found = await life.restorable(db, workspaceId);
      if (!found) {
        if (await liveWorkspace.find(db, workspaceId)) return { slug: input.slug };
        throw refuse("not_found");
      }
      if (found.kind === "personal" && (await workspaces.hasPersonal(db, person.id))) throw refuse("personal_exists");
      await life.restore(db, workspaceId);
      await audit.record(db, workspaceId, ctx, {
        action: "workspace.restored",
        target: { type: "workspace", id: workspaceId },
        after: { name: found.name },
      });
      await tellOtherAdmins(ctx, workspaceId, found.name, "workspace-restored", link(`/w/${input.slug}`));
      return { slug: input.slug };
    },
  ),
});
