import { type Db, enterWorkspace } from "@/db/client";
import { can, canGrant } from "@/server/access/permissions";
import type { Person } from "@/server/api/context";
import { type Reason, refuse } from "@/server/api/refusals";
import type { Actor } from "@/server/audit/queries";
import * as audit from "@/server/audit/queries";
import { admit } from "@/server/members/admit";
import { tellInviter } from "@/server/members/notices";
import { settleEnded } from "@/server/members/offboarding/ended";
import * as personRow from "@/server/membership/person/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { takeSeat } from "@/server/workspaces/policy/seat";
import * as joining from "../../requests/queries";
import * as answering from "./queries";

/** The refusals of answering an offer: it belongs to another person, or is closed. */
export const answerRefusals = [
  ...(["not_found", "wrong_account", "verify_email", "invitation_settled"] as const),
  ...(["invitation_expired", "invitation_revoked", "invitation_used", "invitation_declined"] as const),
] as const satisfies readonly Reason[];

/** The further refusals of accepting one. */
export const acceptRefusals = [
  ...answerRefusals,
  ...(["inviter_lost_authority", "seats_full", "personal_workspace", "workspace_suspended"] as const),
] as const satisfies readonly Reason[];

type Answerer = Actor & { person: Person; db: Db };

/**
 * Makes the person a member as the offer says, and uses the offer up. Accepting the same offer again changes nothing
 * and succeeds. Refuses `seats_full`. The inviter's permission is checked again now: an offer can only give what its
 * inviter may still give.
 */
export async function accept(ctx: Answerer, offer: answering.Offer | undefined): Promise<{ slug: string }> {
  const {
    workspaceId,
    id,
    slug,
    workspaceName: name,
    role,
    endsAt,
    invitedBy,
    heldToken,
  } = await addressedTo(ctx, offer);
  // Sent together and executed in this order, so that later statements see what was committed while the locks waited.
  const [isHeld, , isLocked, member, maker] = await Promise.all([
    personRow.hold(ctx.db, ctx.person.id),
    enterWorkspace(ctx.db, workspaceId),
    liveWorkspace.lock(ctx.db, workspaceId),
    membership.find(ctx.db, workspaceId, ctx.person.id),
    membership.findMaker(ctx.db, workspaceId, invitedBy),
  ]);
  if (!isHeld) throw refuse("not_signed_in");
  if (!isLocked) throw refuse("not_found");

  const isMember = member !== undefined;
  const mayMakerGrant = maker && can(maker.role, "member:invite") && canGrant(maker.role, role);
  if (!isMember && !mayMakerGrant) throw refuse("inviter_lost_authority");
  if (!isMember) {
    await settleEnded(ctx.db, workspaceId, ctx.person.id, ctx.origin);
    await takeSeat(ctx.db, workspaceId);
  }
  if (!(await answering.settle(ctx.db, workspaceId, id, "accepted", heldToken))) {
    if (isMember) return { slug };
    throw refuse("invitation_settled");
  }
  // If the person is a member already, only the invitation changes, which is still recorded.
  await Promise.all([
    isMember ? null : admit(ctx.db, workspaceId, ctx.person.id, role, endsAt),
    // A request for a seat, which has become free in the meantime.
    joining.withdrawPending(ctx.db, workspaceId, ctx.person.id),
    audit.record(ctx.db, workspaceId, ctx, {
      action: "invitation.accepted",
      target: { type: "member", id: ctx.person.id },
      after: { role, invitation: id, invitedBy, ...(endsAt ? { endsAt } : {}) },
    }),
    isMember ? null : tellInviter(ctx, { workspaceId, slug, name }, invitedBy, role),
  ]);
  return { slug };
}

/** Declines the offer permanently. */
export async function decline(ctx: Answerer, offer: answering.Offer | undefined): Promise<{ workspaceName: string }> {
  const { workspaceId, id, workspaceName, heldToken } = await addressedTo(ctx, offer);
  await enterWorkspace(ctx.db, workspaceId);
  if (!(await answering.settle(ctx.db, workspaceId, id, "declined", heldToken))) throw refuse("invitation_settled");
  await audit.record(ctx.db, workspaceId, ctx, { action: "invitation.declined", target: { type: "invitation", id } });
  return { workspaceName };
}

/**
 * Returns the offer if it is for this person and still open. An accepted one is returned too, so that `accept` can
 * recognise it.
 */
async function addressedTo(ctx: Answerer, offer: answering.Offer | undefined): Promise<answering.Offer> {
  if (!offer) throw refuse("not_found");
  if (!ctx.person.isVerified) throw refuse("verify_email");
  if (offer.email !== ctx.person.email) throw refuse("wrong_account");
  if (offer.status === "accepted") {
    await enterWorkspace(ctx.db, offer.workspaceId);
    if (!(await membership.find(ctx.db, offer.workspaceId, ctx.person.id))) throw refuse("invitation_used");
  }
  const reason = closedBecause(offer);
  if (reason && reason !== "invitation_used") throw refuse(reason);
  return offer;
}

/** Returns why an offer can no longer be answered; null while it can. */
export function closedBecause(offer: Pick<answering.Offer, "status" | "isExpired">) {
  if (offer.status === "accepted") return "invitation_used" as const;
  if (offer.status === "declined") return "invitation_declined" as const;
  if (offer.status === "revoked") return "invitation_revoked" as const;
  return offer.isExpired ? ("invitation_expired" as const) : null;
}
