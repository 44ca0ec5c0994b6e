import type { Db } from "@/db/client";
import { refuse, refuseUntil } from "@/server/api/refusals";
import * as invitations from "./queries";
import { chargeMail, type InWorkspace, mailInvitation, recordInvitation } from "./sending";
import { takeStrangers } from "./strangers";
import { newToken } from "./token";

// Actions on pending invitations, for one invitation or several together.

/**
 * Mails a pending invitation again with a new token, and its audit row. Refuses `not_found`, `invitation_settled`, and
 * `too_many` when its address has had as many mails as allowed.
 */
export async function resendInvitation(ctx: InWorkspace, id: string): Promise<void> {
  const { token, offer } = await renewed(ctx, id);
  await Promise.all([chargeMail(ctx, offer.email), mailInvitation(ctx, id, token, offer)]);
  await recordInvitation(ctx, "invitation.resent", id, offer);
  await chargeStrangers(ctx, [offer.email]);
}

/** Revokes a pending invitation, with its audit row. Refuses `not_found`, `invitation_settled`. */
export async function revokeInvitation(ctx: InWorkspace, id: string): Promise<void> {
  const revoked = await invitations.revoke(ctx.db, ctx.workspace.workspaceId, id);
  if (!revoked) throw await notPending(ctx.db, ctx.workspace.workspaceId, id);
  await recordInvitation(ctx, "invitation.revoked", id, revoked);
}

/**
 * Charges the limit on mail to strangers for the addresses that the inviter has not written to before. Refuses
 * `too_many`.
 */
export async function chargeStrangers(ctx: InWorkspace, emails: string[]): Promise<void> {
  const { refused, seconds } = await takeStrangers(ctx, emails);
  if (refused.size > 0) throw refuseUntil(seconds);
}

/** Gives a pending invitation a new token; the old one stops working. Refuses `not_found`, `invitation_settled`. */
export async function renewed(ctx: InWorkspace, id: string) {
  const { token, hash } = newToken();
  const offer = await invitations.renew(ctx.db, ctx.workspace.workspaceId, id, hash);
  if (!offer) throw await notPending(ctx.db, ctx.workspace.workspaceId, id);
  return { token, offer };
}

async function notPending(db: Db, workspaceId: string, id: string) {
  return refuse((await invitations.exists(db, workspaceId, id)) ? "invitation_settled" : "not_found");
}
