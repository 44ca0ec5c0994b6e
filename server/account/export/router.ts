import { enterWorkspace } from "@/db/client";
import { noInput, personProcedure, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { hideModels } from "@/server/membership/hidden-models/hide";
import * as membership from "@/server/membership/queries";
import { limits } from "@/server/platform/throttling/limits";
import { exportedPersonPart, exportedWorkspacePart } from "../input";
import { personSections } from "./person-sections";
import * as exporting from "./queries";
import { workspaceSections } from "./sections";

/** Procedures to export all personal data of the person, in parts. `beginExport` returns the list of parts. */
export const accountExportRouter = t.router({
  /** Records the export in the audit log, and returns the list of its parts. */
  beginExport: personProcedure(noInput, "today", limits.exportsPerPerson).mutation(async ({ ctx }) => {
    const workspaces = await exporting.listWorkspaces(ctx.db, ctx.person.id);
    await audit.recordAccount(ctx.db, ctx, "account.exported", { workspaces: workspaces.length });
    return {
      exportedAt: new Date().toISOString(),
      personSections: Object.keys(personSections) as (keyof typeof personSections)[],
      workspaceSections: Object.keys(workspaceSections) as (keyof typeof workspaceSections)[],
      workspaces,
    };
  }),

  /**
   * Returns a part of the person's data outside any workspace, of an export that was begun within the last 12 hours.
   * Refuses `not_found`, also for an export that was not begun, so that nothing is read without a row in the account's
   * log.
   */
  exportPart: refusing(["not_found"], personProcedure(exportedPersonPart, "today")).query(async ({ ctx, input }) => {
    if (!(await exporting.isBegun(ctx.db, ctx.person.id))) throw refuse("not_found");
    return exporting.personPart(ctx.db, ctx.person.id, personSections[input.section], input.after);
  }),

  /**
   * Returns a part of the person's data in a workspace. The person need not be a member of it: every row that is read
   * has the person's own id, in any workspace. Refuses like `exportPart`.
   */
  exportWorkspacePart: refusing(["not_found"], personProcedure(exportedWorkspacePart, "today")).query(
    async ({ ctx, input }) => {
      const section = workspaceSections[input.section];
      const { workspaceId } = input;
      const personId = ctx.person.id;
      if (!(await exporting.isBegun(ctx.db, personId))) throw refuse("not_found");
      await enterWorkspace(ctx.db, workspaceId);
      const part = await exporting.workspacePart(ctx.db, workspaceId, personId, section, input.after);
      // The person's usage and changes can name models that they may not see any more.
      return hideModels(async (run) => {
        const member = await membership.find(ctx.db, workspaceId, personId);
        return run(ctx.db, { workspaceId, personId, role: member?.role });
      }, part);
    },
  ),
});
