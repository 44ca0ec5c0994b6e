import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { limits } from "@/server/platform/throttling/limits";
import { askForRate } from "./input";
import { nameOf } from "./names";
import * as budgets from "./queries";
import { mailRequest } from "./request";

/** Requests for higher limits a minute. */
export const rateRequestsRouter = t.router({
  /**
   * Asks those who manage limits to raise one a minute. They are mailed once a day for each member and owner of the limit. Refuses `not_found`
   * where there is no such limit.
   */
  askForRate: workspaceProcedure("usage:read", askForRate, "any", limits.raiseRequestsPerPerson).mutation(
    async ({ ctx, input }) => {
      const { workspaceId } = ctx.workspace;
      const { of, measure, limit, reason } = input;
      const subject = await budgets.subject(ctx.db, workspaceId, of);
      const now = subject && (await budgets.ratesOf(ctx.db, workspaceId, subject))[measure];
      if (!subject || typeof now !== "number") throw refuse("not_found");
      const id = of.slice(of.indexOf(":") + 1);
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "rate_limit.raise_requested",
        target: { type: "rate_limit", id: subject.kind === "workspace" ? "*" : id },
        before: { of, measure, limit: now },
        after: { of, measure, limit, reason },
      });
      const model = subject.kind === "model" ? id : "";
      const query = new URLSearchParams({ dialog: subject.kind === "key" ? `edit:${id}` : `change:${model}` });
      const words = (count: number) => `${count.toLocaleString("en-US")} ${measure} a minute`;
      await mailRequest(ctx, {
        ...{
          of: `${measure} ${of}`,
          whose: nameOf(subject),
          limit: words(now),
          spent: null,
          wanted: words(limit),
          reason,
        },
        path: `${subject.kind === "key" ? "keys" : "limits"}?${query}`,
      });
    },
  ),
});
