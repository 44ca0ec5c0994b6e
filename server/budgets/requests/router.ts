import { z } from "zod";
import type { Db } from "@/db/client";
import { can } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { findKey } from "@/server/keys/authority";
import { limits } from "@/server/platform/throttling/limits";
import { currency } from "@/server/usage/prices";
import * as ceilings from "../ceilings/queries";
import { existingSubject, limitOf } from "../change";
import { askForCount, askForRaise, askForRate, countedCeilings, highestCeilings } from "../input";
import * as budgets from "../queries";
import { permissionFor } from "./approvals";
import { effectOf, leaveRequest } from "./ask";
import { grant, type LimitRequest } from "./grant";
import { approveLimitRequest, askForModel, oneLimitRequest } from "./input";
import { wordsOf } from "./notices";
import { putToOperators } from "./put-to-operators";
import * as requests from "./queries";
import { settled } from "./settled";
import { standing } from "./standing";

const mostShown = 20;
const none = z.strictObject({});

/** Procedures for requests: members ask for higher limits and for models, and members who manage these answer. */
export const limitRequestsRouter = t.router({
  /**
   * Asks for a higher spending limit. The members who manage it are mailed once a day per member and subject. For a
   * ceiling the operators are mailed, if the member who asks manages limits. Refuses `not_found`, and at its field an
   * amount that is not above the limit.
   */
  askForRaise: workspaceProcedure("usage:read", askForRaise, "any", limits.raiseRequestsPerPerson).mutation(
    async ({ ctx, input: { of, span, limit, reason } }) => {
      const { workspaceId } = ctx.workspace;
      const subject = await existingSubject(ctx.db, workspaceId, of);
      const now = await limitOf(ctx.db, workspaceId, subject, span);
      if (!now || now.limit === null) throw refuse("not_found");
      if (limit <= now.limit) throw refuse("invalid_input", { limit: "Enter more than the limit itself." });
      const wanted = { kind: "spend", whose: of, measure: span, amount: limit, reason } as const;
      if (!(await leaveRequest(ctx, { ...wanted, subject, now: now.limit, spent: now.spent }))) return;
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "spend.raise_requested",
        target: { type: "workspace", id: workspaceId },
        before: { of, span, limit: now.limit },
        after: { of, span, limit, reason },
      });
    },
  ),

  /** Requests a higher limit per minute. Refuses `not_found` when there is no such limit. */
  askForRate: workspaceProcedure("usage:read", askForRate, "any", limits.raiseRequestsPerPerson).mutation(
    async ({ ctx, input: { of, measure, limit, reason } }) => {
      const { workspaceId } = ctx.workspace;
      const subject = await budgets.subject(ctx.db, workspaceId, of);
      const now = subject && (await budgets.ratesOf(ctx.db, workspaceId, subject))[measure];
      if (!subject || typeof now !== "number") throw refuse("not_found");
      if (limit <= now) throw refuse("invalid_input", { limit: "Enter more than the limit itself." });
      const wanted = { kind: "rate", whose: of, measure, amount: limit, reason } as const;
      if (!(await leaveRequest(ctx, { ...wanted, subject, now, spent: null }))) return;
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "rate_limit.raise_requested",
        target: { type: "rate_limit", id: subject.kind === "workspace" ? "*" : of.slice(of.indexOf(":") + 1) },
        before: { of, measure, limit: now },
        after: { of, measure, limit, reason },
      });
    },
  ),

  /**
   * Returns the operators' ceilings on keys, members and files, and how many there are; files in megabytes. Those
   * without a ceiling are left out.
   */
  ceilings: workspaceProcedure("usage:read", none).query(async ({ ctx }) => {
    const counts = await ceilings.counts(ctx.db, ctx.workspace.workspaceId);
    return countedCeilings.flatMap((measure) => {
      const { most, used } = counts[measure];
      return most === null ? [] : [{ measure, most, used }];
    });
  }),

  /** Requests a higher ceiling on keys, members or files. Refuses `not_found` when there is none. */
  askForCount: workspaceProcedure("usage:read", askForCount, "any", limits.raiseRequestsPerPerson).mutation(
    async ({ ctx, input: { measure, limit, reason } }) => {
      const { workspaceId } = ctx.workspace;
      const { most, used } = (await ceilings.counts(ctx.db, workspaceId))[measure];
      if (most === null) throw refuse("not_found");
      const highest = highestCeilings[measure];
      if (limit <= most) throw refuse("invalid_input", { limit: "Enter more than the ceiling itself." });
      if (limit > highest)
        throw refuse("invalid_input", { limit: `Enter at most ${highest.toLocaleString("en-US")}.` });
      const wanted = { kind: "count", whose: "ceiling", measure, amount: limit, reason } as const;
      const subject = await budgets.subject(ctx.db, workspaceId, "ceiling");
      if (!(await leaveRequest(ctx, { ...wanted, subject, now: most, spent: used }))) return;
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "workspace.ceiling_requested",
        target: { type: "workspace", id: workspaceId },
        before: { of: "ceiling", measure, amount: most },
        after: { of: "ceiling", measure, amount: limit, reason },
      });
    },
  ),

  /**
   * Asks for a model by its ID, or with `keyId` that one of the member's own keys may use it. The answer does not reveal
   * whether there is such a model. Refuses `not_found`, `not_permitted` for a key that the member may not change.
   */
  askForModel: workspaceProcedure("model:use", askForModel, "any", limits.raiseRequestsPerPerson).mutation(
    async ({ ctx, input: { model, keyId, reason } }) => {
      const { workspaceId } = ctx.workspace;
      if (keyId !== null) await findKey(ctx, keyId);
      const whose = keyId === null ? `member:${ctx.person.id}` : `key:${keyId}`;
      const subject = await existingSubject(ctx.db, workspaceId, whose);
      const wanted = { kind: "model", whose, measure: model, amount: null, reason } as const;
      if (!(await leaveRequest(ctx, { ...wanted, subject, now: null, spent: null }))) return;
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "model.requested",
        target: { type: "model", id: model },
        after: { of: whose, reason },
      });
    },
  ),

  /** Returns the caller's own keys that are limited to some models: the keys for which a model can be requested. */
  restrictedKeys: workspaceProcedure("model:use", none).query(({ ctx }) =>
    requests.restrictedKeys(ctx.db, ctx.workspace.workspaceId, ctx.person.id),
  ),

  /** Returns the caller's own requests: pending ones, and those that were answered in the last 30 days. */
  ownRequests: workspaceProcedure("workspace:read", none).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    const rows = await requests.listOwn(ctx.db, workspaceId, ctx.person.id);
    return Promise.all(
      rows.map(async ({ id, audience, status, createdAt, settledAt, ...row }) => ({
        ...{ id, audience, status, createdAt, settledAt },
        ...wordsOf(row, await budgets.subject(ctx.db, workspaceId, row.whose), row.amount),
      })),
    );
  }),

  /**
   * Returns the pending requests that the caller may answer, oldest first, and the number of all pending ones. Each has
   * the present limit, the member's usage of the last 30 days, and the highest possible cost of the month. Requests that
   * were forwarded to the operators are included for information.
   */
  requests: workspaceProcedure("limit:manage", none).query(async ({ ctx }) => {
    const { workspaceId, role } = ctx.workspace;
    const { rows, total } = await requests.listPending(ctx.db, workspaceId);
    const answerable = rows.filter((row) => can(role, permissionFor(row))).slice(0, mostShown);
    const uses = await requests.usesOf(ctx.db, workspaceId, [...new Set(answerable.map(({ userId }) => userId))]);
    const shown = await Promise.all(
      answerable.map(async (row) => {
        const { now, spent, subject } = await standing(ctx.db, workspaceId, row);
        return {
          ...{ id: row.id, kind: row.kind, measure: row.measure, amount: row.amount, reason: row.reason },
          ...{ createdAt: row.createdAt, name: row.name, email: row.email, now, spent },
          isOfCeiling: row.whose === "ceiling",
          isForOperators: row.audience === "operators",
          whose: wordsOf(row, subject, row.amount).whose,
          use: uses.get(row.userId) ?? { requests: 0, cost: 0 },
          forecast: await effectOf(ctx.db, workspaceId, { ...row, now, subject }),
        };
      }),
    );
    return { rows: shown, total, currency: currency() };
  }),

  /**
   * Approves a request: the requested amount, or another one, applies from now on, optionally until a day. A request for
   * a higher ceiling is forwarded to the operators. A second approval changes nothing. Refuses `not_found`,
   * `not_permitted`, `request_settled` when it was declined or withdrawn, and what the change of the limit refuses.
   */
  approveRequest: refusing(
    [
      ...(["request_settled", "no_such_model", "key_revoked", "key_beyond_bounds"] as const),
      ...(["too_many_budgets", "too_many_rate_limits"] as const),
    ],
    workspaceProcedure("limit:manage", approveLimitRequest, { today: "a key may do more" }),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const request = await waiting(ctx.db, workspaceId, input.limitRequestId);
    if (!can(role, permissionFor(request))) throw refuse("not_permitted");
    ctx.signIn.todayIf(permissionFor(request) === "key:manage-any");
    if (request.status === "approved") return { isForwarded: false };
    if (request.whose === "ceiling") return putToOperators(ctx, request);
    const amount = request.kind === "spend" ? (input.limit ?? request.amount) : request.amount;
    const answer = { status: "approved", by: ctx.person.id, amount } as const;
    if (!(await requests.settle(ctx.db, workspaceId, request.id, answer))) throw refuse("request_settled");
    const until = request.kind === "spend" ? input.until : null;
    await grant(ctx, request, amount ?? 0, until);
    await settled(ctx, "limit_request.approved", { ...request, amount }, until);
    return { isForwarded: false };
  }),

  /**
   * Declines a request. A second decline changes nothing. Refuses `not_found`, `not_permitted`, `request_settled` when it
   * was approved or withdrawn meanwhile.
   */
  declineRequest: refusing(["request_settled"], workspaceProcedure("limit:manage", oneLimitRequest, "any")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId, role } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      const request = await waiting(ctx.db, workspaceId, input.limitRequestId);
      if (!can(role, permissionFor(request))) throw refuse("not_permitted");
      if (request.status === "declined") return;
      const answer = { status: "declined", by: ctx.person.id } as const;
      if (!(await requests.settle(ctx.db, workspaceId, request.id, answer))) throw refuse("request_settled");
      await settled(ctx, "limit_request.declined", request, null);
    },
  ),

  /** Withdraws the caller's own request. Refuses `not_found`, `request_settled`. */
  withdrawRequest: refusing(
    ["request_settled"],
    workspaceProcedure("workspace:read", oneLimitRequest, "any", limits.raiseRequestsPerPerson),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const request = await waiting(ctx.db, workspaceId, input.limitRequestId);
    if (request.userId !== ctx.person.id) throw refuse("not_found");
    const withdrawn = await requests.withdraw(ctx.db, workspaceId, ctx.person.id, input.limitRequestId);
    if (withdrawn.length === 0) throw refuse("request_settled");
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "limit_request.withdrawn",
      target: { type: "member", id: ctx.person.id },
      after: { request: input.limitRequestId },
    });
  }),
});

async function waiting(db: Db, workspaceId: string, id: string): Promise<LimitRequest> {
  const request = await requests.find(db, workspaceId, id);
  if (!request) throw refuse("not_found");
  return request;
}
