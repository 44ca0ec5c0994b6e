import { z } from "zod";
import { workspaceStepsProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import { charge } from "@/server/limits/charge";
import { limits } from "@/server/limits/limits";
import * as audit from "./queries";
import { verify } from "./verify";

export const auditRouter = t.router({
  /**
   * Recomputes the chain and says whether it is whole, or what of it is not. That somebody did, and what it came to, is in
   * the log afterwards. Refuses `too_many`.
   */
  verify: workspaceStepsProcedure("audit:read", z.strictObject({})).mutation(async ({ ctx }) => {
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
