import { z } from "zod";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { listItems, listReviews, oneReview, setPlan } from "./input";
import * as items from "./items/queries";
import * as plans from "./plan/queries";
import * as reviews from "./queries";
import { digestOf, resultOf } from "./result";
import { startReview } from "./start";

/** Reviews of the access to a workspace: once a quarter, or when an Admin starts one. */
export const reviewsRouter = t.router({
  /** Returns when the next review starts by itself; null: none does. */
  plan: workspaceProcedure("member:manage", z.strictObject({})).query(async ({ ctx }) => ({
    nextAt: await plans.find(ctx.db, ctx.workspace.workspaceId),
  })),

  /** Sets whether access is reviewed at the beginning of every quarter. Refuses `personal_workspace`. */
  setPlan: refusing(["personal_workspace"], workspaceProcedure("workspace:update", setPlan, "any")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId, kind } = ctx.workspace;
      if (kind === "personal") throw refuse("personal_workspace");
      await lockWorkspaceAndRecheckRole(ctx);
      const isQuarterly = input.quarterly === "on";
      if (!(await plans.set(ctx.db, workspaceId, isQuarterly))) return;
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "review.plan_changed",
        target: { type: "workspace", id: workspaceId },
        before: { isQuarterly: !isQuarterly },
        after: { isQuarterly },
      });
    },
  ),

  /**
   * Starts a review now. A job gathers its members and keys within moments. Refuses `review_open`,
   * `personal_workspace`.
   */
  start: refusing(
    ["review_open", "personal_workspace"],
    workspaceProcedure("member:manage", z.strictObject({}), "any"),
  ).mutation(async ({ ctx }) => {
    const { workspaceId, kind } = ctx.workspace;
    if (kind === "personal") throw refuse("personal_workspace");
    await lockWorkspaceAndRecheckRole(ctx);
    const id = await startReview(ctx, workspaceId);
    if (!id) throw refuse("review_open");
    return { id };
  }),

  /** Returns a page of the reviews, the latest first. */
  list: workspaceProcedure("member:manage", listReviews).query(({ ctx, input }) =>
    reviews.list(ctx.db, ctx.workspace.workspaceId, input),
  ),

  /**
   * Returns a review with its phase and the numbers of its decisions, and for a closed one whether its result matches
   * the seal in the audit log. Refuses `not_found`.
   */
  get: workspaceProcedure("member:manage", oneReview).query(async ({ ctx, input: { reviewId } }) => {
    const { workspaceId, name } = ctx.workspace;
    const review = await found(ctx, reviewId);
    const counts = await items.counts(ctx.db, workspaceId, reviewId);
    if (!review.closedAt) return { ...review, workspaceName: name, counts, seal: null };
    const [sealed, result] = [
      await items.sealOf(ctx.db, workspaceId, reviewId),
      await resultOf(ctx.db, workspaceId, review),
    ];
    const digest = digestOf(result);
    return {
      ...{ ...review, workspaceName: name, counts },
      seal: { digest, sealedAt: sealed?.at ?? null, isIntact: sealed?.digest === digest },
    };
  }),

  /** Returns a page of a review's members or keys, the longest unused first. Refuses `not_found`. */
  items: workspaceProcedure("member:manage", listItems).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { closedAt } = await found(ctx, input.reviewId);
    const { reviewId, kind, state, after, before } = input;
    return items.list(ctx.db, workspaceId, {
      ...{ reviewId, kind, after, before },
      ...{ isUndecided: state === "undecided", isClosed: closedAt !== null },
    });
  }),

  /** Returns the result of a closed review, the text whose SHA-256 is in the audit log. Refuses `not_found`. */
  result: workspaceProcedure("member:manage", oneReview).query(async ({ ctx, input }) => {
    const review = await found(ctx, input.reviewId);
    if (!review.closedAt) throw refuse("not_found");
    return { text: await resultOf(ctx.db, ctx.workspace.workspaceId, review) };
  }),
});

type Ctx = { db: Parameters<typeof reviews.find>[0]; workspace: { workspaceId: string } };

async function found({ db, workspace }: Ctx, id: string): Promise<reviews.Review> {
  const review = await reviews.find(db, workspace.workspaceId, id);
  if (!review) throw refuse("not_found");
  return review;
}
