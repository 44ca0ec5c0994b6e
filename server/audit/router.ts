import { z } from "zod";
import type { Db } from "@/db/client";
import { charge } from "@/server/api/charge";
import { workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { limits } from "@/server/platform/throttling/limits";
import { describeBrowser } from "@/server/platform/user-agent";
import { currency } from "@/server/usage/prices";
import * as choices from "./choices/queries";
import { type AuditFilters, auditExport, auditList, auditPart } from "./input";
import * as audit from "./queries";
import * as reading from "./reading/queries";
import { verify } from "./verify";

const mostChoices = 200;

export const auditRouter = t.router({
  /** Returns a page of what happened, newest first. Refuses `not_found` for a person who is not in this log. */
  list: workspaceProcedure("audit:read", auditList).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await known(ctx.db, workspaceId, input);
    const page = await reading.list(ctx.db, workspaceId, input, input);
    const rows = page.rows.map((event) => ({ ...event, browser: describeBrowser(event.userAgent) }));
    return { ...page, rows, currency: currency() };
  }),

  /** Returns what the filters can be set to: the people, the actions and the kinds of things that are in the log. */
  choices: workspaceProcedure("audit:read", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    return {
      people: await choices.people(ctx.db, workspaceId, mostChoices),
      actions: await choices.distinct(ctx.db, workspaceId, "action", mostChoices),
      types: await choices.distinct(ctx.db, workspaceId, "target_type", mostChoices),
    };
  }),

  /** Begins a download: the log first gets a row that says who downloads which part. */
  startExport: workspaceProcedure("audit:read", auditExport, "any", limits.exportsPerPerson).mutation(
    async ({ ctx, input }) => {
      const { workspaceId } = ctx.workspace;
      await known(ctx.db, workspaceId, input);
      const { workspace: _, format, search, ...filters } = input;
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "audit.exported",
        target: { type: "workspace", id: workspaceId },
        after: { format, ...filters, ...(search ? { search } : {}) },
      });
    },
  ),

  /** Returns a part of a download, newest first, and where the next part begins. */
  export: workspaceProcedure("audit:read", auditPart).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await known(ctx.db, workspaceId, input);
    return { workspaceId, ...(await reading.part(ctx.db, workspaceId, input, input.after)) };
  }),

  /**
   * Recomputes the chain and returns whether it is whole, or what of it is not. The check and its result are in the log
   * afterwards. Refuses `too_many`.
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

/** Drops the filter for a person who did nothing here, so that the answer does not tell whether such a person exists. */
async function known(db: Db, workspaceId: string, { userId }: AuditFilters): Promise<void> {
  if (userId && userId !== "atelier" && !(await choices.isActor(db, workspaceId, userId))) throw refuse("not_found");
}
