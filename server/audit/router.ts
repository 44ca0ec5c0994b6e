import { z } from "zod";
import { charge } from "@/server/api/charge";
import { workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { fromStandby } from "@/server/api/standby";
import { t } from "@/server/api/trpc";
import { limits } from "@/server/platform/throttling/limits";
import { auditExport, auditList, auditPart } from "./input";
import * as audit from "./queries";
import { listLog, logChoices, partOfLog, refuseUnknownActor } from "./read-log";
import { verify } from "./verify";

export const auditRouter = t.router({
  /** Returns a page of the workspace's log. Refuses `not_found` for a person who is not in this log. */
  list: fromStandby(workspaceProcedure("audit:read", auditList)).query(({ ctx, input }) =>
    listLog(ctx.db, ctx.workspace.workspaceId, input),
  ),

  /** Returns the possible values of the filters: the people, actions and kinds of things in the log. */
  choices: fromStandby(workspaceProcedure("audit:read", z.strictObject({}))).query(({ ctx }) =>
    logChoices(ctx.db, ctx.workspace.workspaceId),
  ),

  /** Begins a download: writes an audit row that says who downloads which part of the log. */
  startExport: workspaceProcedure("audit:read", auditExport, "any", limits.exportsPerPerson).mutation(
    async ({ ctx, input }) => {
      const { workspaceId } = ctx.workspace;
      await refuseUnknownActor(ctx.db, workspaceId, input);
      const { workspace: _, format, search, ...filters } = input;
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "audit.exported",
        target: { type: "workspace", id: workspaceId },
        after: { format, ...filters, ...(search ? { search } : {}) },
      });
    },
  ),

  /**
   * Returns a part of a download that the same person has begun within the last 12 hours, newest first, and the cursor
   * of the next part. Refuses `not_found`, also for a download that was not begun.
   */
  export: fromStandby(workspaceProcedure("audit:read", auditPart)).query(({ ctx, input: { workspace: _, ...part } }) =>
    partOfLog(ctx.db, ctx.workspace.workspaceId, { by: ctx.person.id, as: "audit.exported" }, part),
  ),

  /**
   * Recomputes the chain and returns whether it is intact, or its first flaw. The check and its result are recorded in
   * the log afterwards. Refuses `too_many`.
   */
  verify: workspaceStepsProcedure("audit:read", z.strictObject({}), "any").mutation(async ({ ctx }) => {
    await ctx.step("write", (db, { workspaceId }) => charge(db, limits.auditChecksPerWorkspace, workspaceId));
    const verdict = await verify((run) => ctx.step("read", (db, { workspaceId }) => run(db, workspaceId)));
    const { whole, hash, flaw } = verdict;
    await ctx.step("write", (db, { workspaceId }) =>
      audit.record(db, workspaceId, ctx, {
        action: "audit.verified",
        target: { type: "workspace", id: workspaceId },
        after: { whole, hash, ...(flaw ? { flaw: { kind: flaw.kind, sequence: flaw.sequence } } : {}) },
      }),
    );
    return verdict;
  }),
});
