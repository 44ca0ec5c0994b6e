import { type Db, instanceLog } from "@/db/client";
import { charge } from "@/server/api/charge";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as choices from "@/server/audit/choices/queries";
import { type AuditFilters, auditExport, auditList, auditPart } from "@/server/audit/input";
import * as audit from "@/server/audit/queries";
import * as reading from "@/server/audit/reading/queries";
import { verify } from "@/server/audit/verify";
import { limits } from "@/server/platform/throttling/limits";
import { describeBrowser } from "@/server/platform/user-agent";
import { currency } from "@/server/usage/prices";

const mostChoices = 200;

/** The instance's own audit log: the same chain as a workspace's, under an id that no workspace has. */
export const instanceAuditRouter = t.router({
  /** Returns a page of what happened, newest first. Refuses `not_found` for a person who is not in this log. */
  auditList: instanceProcedure(auditList).query(async ({ ctx, input }) => {
    await known(ctx.db, input);
    const page = await reading.list(ctx.db, instanceLog, input, input);
    const rows = page.rows.map((event) => ({ ...event, browser: describeBrowser(event.userAgent) }));
    return { ...page, rows, currency: currency() };
  }),

  /** Returns what the filters can be set to: the people, the actions and the kinds of things that are in the log. */
  auditChoices: instanceProcedure(noInput).query(async ({ ctx }) => ({
    people: await choices.people(ctx.db, instanceLog, mostChoices),
    actions: await choices.distinct(ctx.db, instanceLog, "action", mostChoices),
    types: await choices.distinct(ctx.db, instanceLog, "target_type", mostChoices),
  })),

  /** Begins a download: who took the log, and which part of it, is in the log first. */
  startAuditExport: instanceProcedure(auditExport, "any", limits.exportsPerPerson).mutation(async ({ ctx, input }) => {
    await known(ctx.db, input);
    const { search, ...filters } = input;
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "instance.audit_exported",
      target: { type: "instance", id: "audit" },
      after: { ...filters, ...(search ? { search } : {}) },
    });
  }),

  /** Returns a part of a download, newest first, and where the next part begins. */
  auditPart: instanceProcedure(auditPart).query(async ({ ctx, input }) => {
    await known(ctx.db, input);
    return { workspaceId: instanceLog, ...(await reading.part(ctx.db, instanceLog, input, input.after)) };
  }),

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

async function known(db: Db, { userId }: AuditFilters): Promise<void> {
  if (userId && userId !== "atelier" && !(await choices.isActor(db, instanceLog, userId))) throw refuse("not_found");
}
