import type { Db } from "@/db/client";
import type { ReviewDecision } from "@/db/schema/reviews";
import type * as audit from "@/server/audit/queries";
import { disableKey } from "@/server/keys/lifecycle/disable";
import * as keys from "@/server/keys/queries";
import { disableMembership } from "@/server/members/offboarding/disable-membership";
import * as membership from "@/server/membership/queries";
import * as gathering from "./gathering/queries";
import * as items from "./items/queries";

type Ctx = audit.Actor & { db: Db };
type Lapsed = { decision: ReviewDecision; endsAtBefore?: Date | null };

/**
 * Disables a member or a key that no Admin confirmed in time, unless the reason does not exist any more or it is the
 * last Admin. The caller holds the workspace's lock and has locked the review.
 */
export async function lapse(
  ctx: Ctx,
  workspaceId: string,
  reviewId: string,
  { kind, subject }: { kind: items.Kind; subject: string },
): Promise<void> {
  const outcome =
    kind === "member" ? await lapseMember(ctx, workspaceId, subject) : await lapseKey(ctx, workspaceId, subject);
  await items.decide(ctx.db, workspaceId, { reviewId, kind, subject }, { ...outcome, by: null });
}

async function lapseMember(ctx: Ctx, workspaceId: string, userId: string): Promise<Lapsed> {
  const member = await membership.find(ctx.db, workspaceId, userId);
  if (!member) return { decision: "gone" };
  if (!(await gathering.isStale(ctx.db, workspaceId, userId))) return { decision: "active" };
  if (member.role === "admin" && !(await membership.hasOtherAdmin(ctx.db, workspaceId, userId)))
    return { decision: "kept" };
  await disableMembership(ctx, workspaceId, { userId, ...member });
  return { decision: "lapsed", endsAtBefore: member.endsAt };
}

async function lapseKey(ctx: Ctx, workspaceId: string, keyId: string): Promise<Lapsed> {
  const key = await keys.hold(ctx.db, workspaceId, keyId);
  if (!key || key.revokedAt || key.disabledBecause || key.isExpired) return { decision: "gone" };
  if (!(await gathering.isFlawed(ctx.db, workspaceId, keyId))) return { decision: "active" };
  return { decision: (await disableKey(ctx, workspaceId, key, true)) ? "lapsed" : "gone" };
}
