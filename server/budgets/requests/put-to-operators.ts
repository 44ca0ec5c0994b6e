import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import { facts } from "./ask";
import type { LimitRequest } from "./grant";
import { mailRequest } from "./notices";
import * as requests from "./queries";
import { type Ctx, detailsOf } from "./settled";
import { standing } from "./standing";

/**
 * Forwards a request for a higher ceiling to the operators, with its audit row and mail. When it was forwarded before,
 * it changes nothing. Refuses `request_settled`.
 */
export async function putToOperators(ctx: Ctx, request: LimitRequest): Promise<{ isForwarded: boolean }> {
  const { workspaceId } = ctx.workspace;
  if (request.status !== "pending") throw refuse("request_settled");
  if (!(await requests.forward(ctx.db, workspaceId, request.id))) return { isForwarded: true };
  const wanted = { ...request, ...(await standing(ctx.db, workspaceId, request)) };
  await mailRequest(ctx, await facts(ctx.db, workspaceId, request.userId, wanted), "operators");
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "limit_request.forwarded",
    target: { type: "member", id: request.userId },
    after: detailsOf(request),
  });
  return { isForwarded: true };
}
