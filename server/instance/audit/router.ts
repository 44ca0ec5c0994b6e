import { instanceLog } from "@/db/client";
import { charge } from "@/server/api/charge";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput } from "@/server/api/procedures";
import { fromStandby } from "@/server/api/standby";
import { t } from "@/server/api/trpc";
import { auditExport, auditList, auditPart } from "@/server/audit/input";
import * as audit from "@/server/audit/queries";
import { listLog, logChoices, partOfLog, refuseUnknownActor } from "@/server/audit/read-log";
import { verify } from "@/server/audit/verify";
import { limits } from "@/server/platform/throttling/limits";

/** The instance's own audit log: the same chain as a workspace's, under an id that no workspace has. */
export const instanceAuditRouter = t.router({
  /** Returns a page of what happened. Refuses `not_found` for a person who is not in this log. */
  auditList: fromStandby(instanceProcedure(auditList)).query(({ ctx, input }) => listLog(ctx.db, instanceLog, input)),

  /** Returns what the filters can be set to: the people, the actions and the kinds of things that are in the log. */
  auditChoices: fromStandby(instanceProcedure(noInput)).query(({ ctx }) => logChoices(ctx.db, instanceLog)),

  /** Begins a download: who took the log, and which part of it, is in the log first. */
  startAuditExport: instanceProcedure(auditExport, "any", limits.exportsPerPerson).mutation(async ({ ctx, input }) => {
    await refuseUnknownActor(ctx.db, instanceLog, input);
    const { search, ...filters } = input;
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "instance.audit_exported",
      target: { type: "instance", id: "audit" },
      after: { ...filters, ...(search ? { search } : {}) },
    });
  }),

  /** Returns a part of a download, newest first, and where the next part begins. */
  auditPart: fromStandby(instanceProcedure(auditPart)).query(({ ctx, input }) => partOfLog(ctx.db, instanceLog, input)),

  /**
   * Recomputes the chain and says whether it is whole, or what of it is not; the outcome is in the log afterwards.
   * Refuses `too_many`.
   */
  verifyAudit: instanceStepsProcedure(noInput, "any").mutation(async ({ ctx }) => {
    await ctx.step("write", (db) => charge(db, limits.auditChecksPerWorkspace, instanceLog));
    const verdict = await verify((run) => ctx.step("read", (db) => run(db, instanceLog)));
    const { whole, hash, flaw } = verdict;
    await ctx.step("write", (db) =>
      audit.record(db, instanceLog, ctx, {
        action: "instance.audit_verified",
        target: { type: "instance", id: "audit" },
        after: { whole, hash, ...(flaw ? { flaw: { kind: flaw.kind, sequence: flaw.sequence } } : {}) },
      }),
    );
    return verdict;
  }),
});
