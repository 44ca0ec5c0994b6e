import { instanceLog } from "@/db/client";
import { charge } from "@/server/api/charge";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { fromStandby } from "@/server/api/standby";
import { t } from "@/server/api/trpc";
import { auditExport, auditList, auditPart } from "@/server/audit/input";
import * as audit from "@/server/audit/queries";
import { listLog, logChoices, partOfLog, refuseUnknownActor } from "@/server/audit/read-log";
import { verify } from "@/server/audit/verify";
import { limits } from "@/server/platform/throttling/limits";

/** Procedures for the instance's own audit log: a chain like that of a workspace, under an id that no workspace has. */
export const instanceAuditRouter = t.router({
  /** Returns a page of the log. Refuses `not_found` for a person who is not in this log. */
  auditList: fromStandby(instanceProcedure(auditList)).query(({ ctx, input }) => listLog(ctx.db, instanceLog, input)),

  /** Returns the possible values of the filters: the people, actions and kinds of things in the log. */
  auditChoices: fromStandby(instanceProcedure(noInput)).query(({ ctx }) => logChoices(ctx.db, instanceLog)),

  /** Begins a download: first writes an audit row that says who downloads which part of the log. */
  startAuditExport: instanceProcedure(auditExport, "any", limits.exportsPerPerson).mutation(async ({ ctx, input }) => {
    await refuseUnknownActor(ctx.db, instanceLog, input);
    const { search, ...filters } = input;
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "instance.audit_exported",
      target: { type: "instance", id: "audit" },
      after: { ...filters, ...(search ? { search } : {}) },
    });
  }),

  /**
   * Returns a part of a download that the same operator has begun within the last 12 hours, newest first, and the
   * cursor of the next part. Refuses `not_found`, also for a download that was not begun.
   */
  auditPart: refusing(["not_found"], fromStandby(instanceProcedure(auditPart))).query(({ ctx, input }) =>
    partOfLog(ctx.db, instanceLog, { by: ctx.person.id, as: "instance.audit_exported" }, input),
  ),

  /**
   * Recomputes the chain and returns whether it is intact, or its first flaw. The result is recorded in the log
   * afterwards. Refuses `too_many`.
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
