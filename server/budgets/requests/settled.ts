import type { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import * as audit from "@/server/audit/queries";
import * as budgets from "../queries";
import type { LimitRequest } from "./grant";
import { mailAnswer, wordsOf } from "./notices";

/** The member who answers a request, and the workspace. */
export type Ctx = Parameters<typeof lockWorkspaceAndRecheckRole>[0] &
  audit.Actor & {
    person: { id: string; name: string; email: string };
    workspace: { name: string; slug: string };
  };

/** Records the answer to a request, and mails it to the member who asked. `until`: the last day of a raise. */
export async function settled(
  ctx: Ctx,
  action: "limit_request.approved" | "limit_request.declined",
  request: LimitRequest,
  until: string | null,
): Promise<void> {
  const { workspaceId } = ctx.workspace;
  await audit.record(ctx.db, workspaceId, ctx, {
    action,
    target: { type: "member", id: request.userId },
    after: { ...detailsOf(request), ...(until === null ? {} : { until }) },
  });
  const subject = await budgets.subject(ctx.db, workspaceId, request.whose);
  const isApproved = action === "limit_request.approved";
  const words = wordsOf(request, subject, request.amount);
  await mailAnswer(ctx.db, request.email, ctx.workspace, {
    isApproved,
    ...words,
    isModel: request.kind === "model",
    until,
  });
}

/** Returns the audit details of a request. */
export function detailsOf({ id, kind, whose, measure, amount }: LimitRequest) {
  return { request: id, kind, of: whose, measure, ...(amount === null ? {} : { amount }) };
}
