import type { Db } from "@/db/client";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { oneByOne } from "@/server/api/one-by-one";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import type { Seen } from "@/server/api/seen";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { holdKey, holdToRevoke } from "@/server/keys/authority";
import { disableKey } from "@/server/keys/lifecycle/disable";
import { enableKey } from "@/server/keys/lifecycle/enable";
import { revokeKey } from "@/server/keys/lifecycle/revoke";
import { restoreMembership } from "@/server/members/offboarding/disable-membership";
import { endMembership } from "@/server/members/offboarding/end-membership";
import { undecided } from "@/server/members/offboarding/input";
import * as membership from "@/server/membership/queries";
import { closeReview } from "../close";
import { decideKeys, decideMembers, restoreKey, restoreMember } from "../input";
import * as items from "../items/queries";
import * as reviews from "../queries";

/**
 * The decisions in a review. Several items are decided at once: each as it would be alone, or it is left unchanged and
 * reported with the reason. The last decision closes the review.
 */
export const reviewDecisionsRouter = t.router({
  /** Confirms members, or removes them. Refuses `not_found`, `review_closed`. */
  decideMembers: refusing(
    ["review_closed"],
    workspaceProcedure("member:manage", decideMembers, { recent: "another Admin is removed" }),
  ).mutation(async ({ ctx, input: { reviewId, userIds, change, keys } }) => {
    const { workspaceId, name } = ctx.workspace;
    await hold(ctx, reviewId);
    const outcome = await oneByOne(ctx, userIds, async (one, userId) => {
      const member = await membership.find(one.db, workspaceId, userId);
      const isOwn = userId === ctx.person.id;
      ctx.signIn.recentIf(change === "remove" && member?.role === "admin" && !isOwn);
      const item = await holdItem(one, { reviewId, kind: "member", subject: userId });
      if (change === "confirm") {
        await confirm(one, item, "member.confirmed");
        return;
      }
      if (!member) throw refuse("not_found");
      if (isOwn) throw refuse("not_permitted");
      const how = { action: "member.removed", by: ctx.person, workspaceName: name } as const;
      await endMembership(one, workspaceId, { ...how, userId, ...member }, { ...undecided, keys });
      await items.decide(one.db, workspaceId, item, { decision: "removed", by: ctx.person.id });
    });
    await closeIfDone(ctx, reviewId);
    return outcome;
  }),

  /** Confirms, disables or revokes keys. Refuses `not_found`, `review_closed`. */
  decideKeys: refusing(["review_closed"], workspaceProcedure("key:manage-any", decideKeys, "any")).mutation(
    async ({ ctx, input: { reviewId, keyIds, change } }) => {
      const { workspaceId } = ctx.workspace;
      await hold(ctx, reviewId);
      const outcome = await oneByOne(ctx, keyIds, async (one, id) => {
        const item = await holdItem(one, { reviewId, kind: "key", subject: id });
        if (change === "confirm") {
          await confirm(one, item, "key.confirmed");
          return;
        }
        if (change === "revoke") {
          if (!(await revokeKey(one, workspaceId, await holdToRevoke(one, id), true))) throw refuse("key_revoked");
        } else {
          const key = await holdKey(one, id);
          if (key.revokedAt) throw refuse("key_revoked");
          if (!(await disableKey(one, workspaceId, key, true))) throw refuse("key_disabled");
        }
        const decision = change === "revoke" ? "revoked" : "disabled";
        await items.decide(one.db, workspaceId, item, { decision, by: ctx.person.id });
      });
      await closeIfDone(ctx, reviewId);
      return outcome;
    },
  ),

  /**
   * Restores a membership that a review has disabled, with the role and the end it had, an Admin's too: for 30 days. Refuses `not_found`,
   * `review_not_restorable`, `sign_in_again`.
   */
  restoreMember: refusing(
    ["review_not_restorable"],
    workspaceProcedure("member:manage", restoreMember, "recent"),
  ).mutation(async ({ ctx, input: { reviewId, userId } }) => {
    const { workspaceId } = ctx.workspace;
    const { item, endsAtBefore } = await holdLapsed(ctx, { reviewId, kind: "member", subject: userId });
    if (!(await restoreMembership(ctx, workspaceId, userId, endsAtBefore))) throw refuse("review_not_restorable");
    await items.noteRestored(ctx.db, workspaceId, item, ctx.person.id);
  }),

  /** Enables a key that a review has disabled. Refuses `not_found`, `review_not_restorable`, `key_revoked`, `key_leaked`. */
  restoreKey: refusing(
    ["review_not_restorable", "key_revoked", "key_leaked"],
    workspaceProcedure("key:manage-any", restoreKey, "today"),
  ).mutation(async ({ ctx, input: { reviewId, keyId } }) => {
    const { workspaceId } = ctx.workspace;
    const { item } = await holdLapsed(ctx, { reviewId, kind: "key", subject: keyId });
    const key = await holdKey(ctx, keyId);
    if (key.revokedAt) throw refuse("key_revoked");
    if (key.disabledBecause === "leaked") throw refuse("key_leaked");
    if (!(await enableKey(ctx, workspaceId, key))) throw refuse("review_not_restorable");
    await items.noteRestored(ctx.db, workspaceId, item, ctx.person.id);
  }),
});

type Ctx = audit.Actor & { db: Db; person: { id: string }; workspace: Seen };

/** Takes the locks for a decision: the workspace's, then the review's. Refuses `not_found`, `review_closed`. */
async function hold(ctx: Ctx, reviewId: string): Promise<void> {
  await lockWorkspaceAndRecheckRole(ctx);
  const review = await reviews.hold(ctx.db, ctx.workspace.workspaceId, reviewId);
  if (!review) throw refuse("not_found");
  if (review.closedAt) throw refuse("review_closed");
}

/** Locks an undecided item. Refuses `not_found`, `review_decided`. */
async function holdItem({ db, workspace }: Ctx, item: items.Item): Promise<items.Item> {
  const held = await items.hold(db, workspace.workspaceId, item);
  if (!held) throw refuse("not_found");
  if (held.decision !== null) throw refuse("review_decided");
  return item;
}

async function holdLapsed(ctx: Ctx, item: items.Item): Promise<{ item: items.Item; endsAtBefore: Date | null }> {
  await lockWorkspaceAndRecheckRole(ctx);
  const held = await items.hold(ctx.db, ctx.workspace.workspaceId, item);
  if (!held) throw refuse("not_found");
  if (held.decision !== "lapsed" || held.restoredAt) throw refuse("review_not_restorable");
  return { item, endsAtBefore: held.endsAtBefore };
}

async function confirm(ctx: Ctx, item: items.Item, action: "member.confirmed" | "key.confirmed"): Promise<void> {
  await items.decide(ctx.db, ctx.workspace.workspaceId, item, { decision: "confirmed", by: ctx.person.id });
  const after = { review: item.reviewId };
  const { workspaceId } = ctx.workspace;
  if (action === "member.confirmed")
    await audit.record(ctx.db, workspaceId, ctx, { action, target: { type: "member", id: item.subject }, after });
  else await audit.record(ctx.db, workspaceId, ctx, { action, target: { type: "key", id: item.subject }, after });
}

async function closeIfDone(ctx: Ctx, reviewId: string): Promise<void> {
  const { workspaceId, slug, name } = ctx.workspace;
  const review = await reviews.find(ctx.db, workspaceId, reviewId);
  const isGathered = review?.phase === "open" || review?.phase === "warning" || review?.phase === "warned";
  if (isGathered && review.undecided === 0) await closeReview(ctx, { workspaceId, slug, name }, reviewId);
}
