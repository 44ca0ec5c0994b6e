import type { Db } from "@/db/client";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import * as items from "./items/queries";
import { tellAdmins } from "./notices";
import * as reviews from "./queries";
import { digestOf, resultOf } from "./result";

/**
 * Closes a review in which everything is decided, and seals its result: one audit row contains the digest of its
 * canonical JSON. Mails the Admins. The caller has locked the review.
 */
export async function closeReview(
  ctx: audit.Actor & { db: Db },
  { workspaceId, slug, name }: { workspaceId: string; slug: string; name: string },
  reviewId: string,
): Promise<void> {
  await reviews.close(ctx.db, workspaceId, reviewId);
  const review = await reviews.find(ctx.db, workspaceId, reviewId);
  if (!review) throw refuse("not_found");
  const result = await resultOf(ctx.db, workspaceId, review);
  const counts = await items.counts(ctx.db, workspaceId, reviewId);
  const sum = (...decisions: (string | null)[]) =>
    counts.filter(({ decision }) => decisions.includes(decision)).reduce((total, { n }) => total + n, 0);
  const disabled = sum("lapsed");
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "review.closed",
    target: { type: "review", id: reviewId },
    after: {
      ...{ digest: digestOf(result), members: review.members, keys: review.keys },
      ...{ confirmed: sum("confirmed"), ended: sum("removed", "revoked", "disabled"), disabled },
    },
  });
  await tellAdmins(ctx.db, { workspaceId, slug, name }, review, "closed", disabled);
}
