import type { Db } from "@/db/client";
import type { SpendSpan } from "@/db/schema/limits";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { forecast } from "@/server/billing/forecast";
import { highestCeilings } from "@/server/budgets/input";
import { type Change, forecastWith } from "@/server/budgets/requests/effect";
import { mailAnswer, wordsOf } from "@/server/budgets/requests/notices";
import * as requests from "@/server/budgets/requests/queries";
import { currency } from "@/server/usage/prices";
import * as onUse from "../ceilings/queries";
import * as figures from "../figures/queries";
import { inside } from "../inside";
import * as workspaces from "../workspaces/queries";
import { grantCeiling, oneCeilingRequest } from "./input";
import * as ceilings from "./queries";

/** Procedures for the workspaces' requests to the operators: higher ceilings. */
export const ceilingRequestsRouter = t.router({
  /**
   * Returns the pending requests for higher ceilings, each with the workspace's usage and the highest possible cost of
   * its month after approval.
   */
  ceilingRequests: instanceProcedure(noInput).query(async ({ ctx }) => shown(ctx.db, await ceilings.list(ctx.db))),

  /**
   * Grants a higher ceiling: the requested one, or another. A ceiling that is as high already, or was removed, is not
   * changed. Granting it again changes nothing. Refuses `not_found`, `request_settled`, `sign_in_again`.
   */
  grantCeiling: refusing(["not_found", "request_settled"], instanceProcedure(grantCeiling, "today")).mutation(
    async ({ ctx, input }) => {
      const { db } = ctx;
      const found = await waiting(db, input.limitRequestId);
      const amount = (found.kind === "spend" ? input.limit : input.most) ?? found.amount;
      const highest = isOnUse(found.measure) ? highestCeilings[found.measure] : undefined;
      if (highest !== undefined && amount > highest)
        throw refuse("invalid_input", { most: `Enter at most ${highest.toLocaleString("en-US")}.` });
      await answer(ctx, found, { status: "approved", amount }, async () => {
        const now = await raise(db, found, amount);
        return { before: { of: "ceiling", measure: found.measure, ...(now === null ? {} : { amount: now }) } };
      });
      return { workspaceName: found.workspaceName };
    },
  ),

  /** Declines a request for a higher ceiling. Refuses `not_found`, `request_settled`, `sign_in_again`. */
  declineCeiling: refusing(["not_found", "request_settled"], instanceProcedure(oneCeilingRequest, "today")).mutation(
    async ({ ctx, input }) => {
      const found = await waiting(ctx.db, input.limitRequestId);
      await answer(ctx, found, { status: "declined", amount: found.amount }, async () => ({}));
      return { workspaceName: found.workspaceName };
    },
  ),
});

/** The name of each ceiling on use in a workspace's settings, by measure. */
const ofMeasure = {
  ...{ requests: "requestsPerMinute", tokens: "tokensPerMinute" },
  ...{ keys: "keys", members: "members", files: "fileMegabytes" },
} as const satisfies Record<ceilings.UseMeasure, keyof onUse.UseCeilings>;

const isOnUse = (measure: ceilings.CeilingRequest["measure"]): measure is ceilings.UseMeasure =>
  Object.hasOwn(ofMeasure, measure);

/**
 * Raises a ceiling inside the workspace and returns the earlier one; null: there is no ceiling any more. A ceiling that
 * is as high already is not changed.
 */
async function raise(
  db: Db,
  { workspaceId, measure }: ceilings.CeilingRequest,
  amount: number,
): Promise<number | null> {
  if (isOnUse(measure)) {
    const before = await onUse.find(db, workspaceId);
    const what = ofMeasure[measure];
    const now = before[what];
    if (now !== null && now < amount) await onUse.set(db, workspaceId, { ...before, [what]: amount });
    return now;
  }
  const now = (await workspaces.ceilings(db, workspaceId))[measure] ?? null;
  if (now !== null && now < amount) await workspaces.setCeiling(db, workspaceId, measure, amount);
  await figures.noteCeilings(db, workspaceId);
  return now;
}

/** Returns requests with the usage of their workspaces, and the highest possible cost of the month. */
export async function shown(db: Db, rows: ceilings.CeilingRequest[]) {
  const requested = await Promise.all(
    rows.map(async ({ workspaceId, ...row }) => {
      const { requests, cost, spent, perDay, firstUse, now } = await ceilings.latelyUsed(db, workspaceId);
      const expected = forecast(spent, perDay, firstUse, now);
      const change = changeOf(row);
      const after = change && forecastWith(expected, change, now);
      return {
        ...row,
        use: { requests, cost },
        forecast: expected === null || after === null ? null : { now: expected, after },
      };
    }),
  );
  return { rows: requested, currency: currency() };
}

/** Returns the change for the forecast of the month; null: it cannot be computed. */
function changeOf({ kind, measure, now, amount: to }: ShownRequest): Change | null {
  const from = now ?? to;
  if (kind === "rate") return { kind, from, to, share: 1 };
  return kind === "spend" ? { kind, span: measure as SpendSpan, from, to } : null;
}

async function waiting(db: Db, id: string): Promise<ceilings.CeilingRequest> {
  const found = await ceilings.find(db, id);
  if (!found) throw refuse("not_found");
  return found;
}

type ShownRequest = Pick<ceilings.CeilingRequest, "kind" | "measure" | "now" | "amount">;

type Ctx = Parameters<typeof inside>[0] & { person: { id: string } };

async function answer(
  ctx: Ctx,
  { id, workspaceId, workspaceName, slug, kind, measure }: ceilings.CeilingRequest,
  { status, amount }: { status: "approved" | "declined"; amount: number },
  change: () => Promise<{ before?: object }>,
): Promise<void> {
  await inside(ctx, workspaceId, async () => {
    const request = await requests.find(ctx.db, workspaceId, id);
    if (!(await requests.settle(ctx.db, workspaceId, id, { status, by: ctx.person.id, amount })))
      throw refuse("request_settled");
    const changed = await change();
    const isApproved = status === "approved";
    const words = wordsOf({ kind, measure }, { kind: "ceiling", name: "" }, amount);
    const workspace = { name: workspaceName, slug };
    await mailAnswer(ctx.db, request?.email ?? null, workspace, { isApproved, ...words, isModel: false, until: null });
    return {
      action: isApproved ? "workspace.ceiling_granted" : "workspace.ceiling_declined",
      target: { type: "workspace", id: workspaceId },
      ...changed,
      after: { request: id, of: "ceiling", measure, amount },
    };
  });
}
