import { type Db, enterWorkspace } from "@/db/client";
import { canGrant } from "@/server/access/permissions";
import { charge } from "@/server/api/charge";
import type { Person } from "@/server/api/context";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { oneByOne } from "@/server/api/one-by-one";
import { noInput, personProcedure, refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { link } from "@/server/mail/links";
import { limits } from "@/server/platform/throttling/limits";
import { seatsOf } from "@/server/workspaces/policy/seat";
import * as joining from "../requests/queries";
import { askToJoin } from "../requests/router";
import { parseAddresses } from "./addresses";
import { accept, acceptRefusals, answerRefusals, closedBecause, decline } from "./answering/answer";
import * as answering from "./answering/queries";
import { createInvitations, heldInvitation, listInvitations, manyInvitations, oneInvitation } from "./input";
import * as listed from "./list/queries";
import { chargeStrangers, renewed, resendInvitation, revokeInvitation } from "./pending";
import * as invitations from "./queries";
import { chargeMail, inviteOne, recordInvitation } from "./sending";
import { hashToken, maskAddress } from "./token";

/** The outcome for one invited address. */
export type InvitationResult = { email: string; outcome: "invited" | "already_member" | "already_invited" | "invalid" };

const atOnce = 50;

export const invitationsRouter = t.router({
  /**
   * Invites several addresses, each with its own result; `beyondSeats` is the number of pending invitations for which
   * there is no seat now, and `isAtCeiling` says that the operators' ceiling is the reason. Refuses
   * `personal_workspace`, `cannot_grant`, `invitations_unwanted`, `too_many_addresses`, `too_many_pending`, and
   * `invalid_input` when no address can be read.
   */
  create: refusing(
    ["personal_workspace", "cannot_grant", "invitations_unwanted", "too_many_addresses", "too_many_pending"],
    workspaceProcedure("member:invite", createInvitations, { recent: "an Admin is invited" }),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, kind, role: ownRole } = ctx.workspace;
    if (kind === "personal") throw refuse("personal_workspace");
    if (!canGrant(ownRole, input.role)) throw refuse("cannot_grant", { role: "You cannot give this role." });
    const { valid, invalid } = parseAddresses(input.emails);
    if (valid.length + invalid.length > atOnce)
      throw refuse("too_many_addresses", { emails: "Invite at most 50 addresses at a time." });
    if (valid.length === 0)
      throw refuse("invalid_input", {
        emails: `Enter addresses like name@company.com. This is not one: ${invalid[0] ?? ""}`,
      });

    ctx.signIn.recentIf(input.role === "admin");
    if (input.until && !(await invitations.isEnd(ctx.db, input.until)))
      throw refuse("invalid_input", { until: "Choose today or a later day." });
    await lockWorkspaceAndRecheckRole(ctx);
    const [known, pending] = await Promise.all([
      invitations.listKnown(ctx.db, workspaceId, valid),
      invitations.countPending(ctx.db, workspaceId),
    ]);
    const unwanted = valid.filter((email) => known.get(email) === "reported");
    if (unwanted.length > 0) throw refuse("invitations_unwanted", { emails: unwantedBy(unwanted) });
    // Sorted, because the limits of addresses are shared by all workspaces and locked until the commit: every request
    // takes them in the same order.
    const fresh = valid.filter((email) => !known.has(email)).toSorted();
    if (pending + fresh.length > invitations.pendingLimit) {
      throw refuse("too_many_pending", { emails: "Too many invitations are pending already." });
    }
    if (fresh.length > 0)
      await Promise.all([
        charge(ctx.db, limits.invitationsPerPerson, ctx.person.id, fresh.length),
        ...fresh.flatMap((email) => [chargeMail(ctx, email), inviteOne(ctx, email, input.role, input.until)]),
      ]);
    await chargeStrangers(ctx, fresh);
    const results: InvitationResult[] = valid.map((email) => ({ email, outcome: outcomeOf(known.get(email)) }));
    for (const email of invalid) results.push({ email, outcome: "invalid" });
    // More people may be invited than there are seats: the first to accept get them.
    const beyondSeats = Math.max(0, ctx.workspace.memberCount + pending + fresh.length - seatsOf(ctx.workspace));
    const { seats, mostMembers } = ctx.workspace;
    return { results, beyondSeats, isAtCeiling: mostMembers !== null && (seats === null || seats >= mostMembers) };
  }),

  /** Lists the pending invitations. */
  list: workspaceProcedure("member:invite", listInvitations).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const [page, total] = await Promise.all([
      listed.list(ctx.db, workspaceId, input),
      listed.countMatching(ctx.db, workspaceId, input.search),
    ]);
    return { ...page, total };
  }),

  /** Mails a pending invitation again, with a new token and a new week; the old link stops working. */
  resend: refusing(["invitation_settled"], workspaceProcedure("member:invite", oneInvitation, "any")).mutation(
    async ({ ctx, input }) => {
      await resendInvitation(ctx, input.invitationId);
    },
  ),

  /**
   * Returns a link to pass on by other means. It has a new token, so the link in the mail stops working. It is shown
   * only once.
   */
  copyLink: refusing(["invitation_settled"], workspaceProcedure("member:invite", oneInvitation, "today")).mutation(
    async ({ ctx, input }) => {
      await charge(ctx.db, limits.invitationLinksPerPerson, ctx.person.id);
      const { token, offer } = await renewed(ctx, input.invitationId);
      await recordInvitation(ctx, "invitation.link_made", input.invitationId, offer);
      return { url: link(`/invite/${token}`), email: offer.email };
    },
  ),

  /** Revokes a pending invitation. Refuses `invitation_settled`. */
  revoke: refusing(["invitation_settled"], workspaceProcedure("member:invite", oneInvitation, "any")).mutation(
    async ({ ctx, input }) => {
      await revokeInvitation(ctx, input.invitationId);
    },
  ),

  /**
   * Mails several pending invitations again, or revokes them, each like a single one. An invitation that is refused is
   * not changed and is returned with the reason.
   */
  changeMany: workspaceProcedure("member:invite", manyInvitations, "any").mutation(({ ctx, input }) =>
    oneByOne(ctx, input.invitationIds, input.change === "resend" ? resendInvitation : revokeInvitation),
  ),

  /** Returns the offer of a token, as far as this person may see it. */
  get: refusing(["not_found"], personProcedure(heldInvitation)).query(async ({ ctx, input }) => {
    const offer = await answering.findByToken(ctx.db, hashToken(input.token));
    if (!offer) throw refuse("not_found");
    if (offer.email !== ctx.person.email)
      return { state: "wrong_account" as const, address: maskAddress(offer.email), signedInAs: ctx.person.email };
    if (!ctx.person.isVerified) return { state: "verify_email" as const };
    const reason = closedBecause(offer);
    if (reason) return { state: reason, slug: reason === "invitation_used" ? offer.slug : null };
    const isAsking = offer.isFull && (await isWaitingForSeat(ctx, offer.workspaceId));
    return { state: "open" as const, id: offer.id, ...described(offer), isAsking, expiresAt: offer.expiresAt };
  }),

  /** Returns the pending offers to the person's verified address. */
  mine: personProcedure(noInput).query(async ({ ctx }) => {
    if (!ctx.person.isVerified) return [];
    const offers = await answering.listOwn(ctx.db, ctx.person.email);
    return offers.map((offer) => ({ id: offer.id, ...described(offer) }));
  }),

  /**
   * Accepts the offer of a token. Refuses `wrong_account`, `verify_email`, `inviter_lost_authority`, and a closed offer
   * with its reason.
   */
  accept: refusing(acceptRefusals, personProcedure(heldInvitation, "any")).mutation(async ({ ctx, input }) =>
    accept(ctx, await answering.findByToken(ctx.db, hashToken(input.token))),
  ),

  /** Accepts an offer to the person's own address, by its id. Refuses like `accept`. */
  acceptMine: refusing(acceptRefusals, personProcedure(oneInvitation, "any")).mutation(async ({ ctx, input }) =>
    accept(ctx, await own(ctx, input.invitationId)),
  ),

  /**
   * Asks the Admins for a seat when all are taken, with an offer to the person's own address; the offer stays open.
   * Refuses `verify_email`, `already_member`, `seat_free`, and a closed offer with its reason.
   */
  askForSeat: refusing(
    [...answerRefusals, "already_member", "seat_free"],
    personProcedure(oneInvitation, "any"),
  ).mutation(async ({ ctx, input }) => {
    const offer = await own(ctx, input.invitationId);
    if (!offer) throw refuse("not_found");
    const reason = closedBecause(offer);
    if (reason) throw refuse(reason);
    if (!offer.isFull) throw refuse("seat_free");
    return askToJoin(ctx, { ...offer, name: offer.workspaceName });
  }),

  /** Declines the offer of a token. */
  decline: refusing(answerRefusals, personProcedure(heldInvitation, "any")).mutation(async ({ ctx, input }) =>
    decline(ctx, await answering.findByToken(ctx.db, hashToken(input.token))),
  ),

  /** Declines an offer to the person's own address, by its id. */
  declineMine: refusing(answerRefusals, personProcedure(oneInvitation, "any")).mutation(async ({ ctx, input }) =>
    decline(ctx, await own(ctx, input.invitationId)),
  ),
});

/** Returns the outcome for an address. Addresses that reported an invitation were refused before. */
const outcomeOf = (known: "already_member" | "already_invited" | "reported" | undefined) =>
  known === undefined || known === "reported" ? "invited" : known;

/** Returns the sentence that says which addresses to remove from the field; it names three of them. */
function unwantedBy(emails: string[]): string {
  const [shown, more] = [emails.slice(0, 3).join(", "), emails.length - 3];
  return `Reported an invitation of this workspace, and cannot be invited again: ${shown}${more > 0 ? ` and ${more} more` : ""}.`;
}

function own(ctx: { db: Db; person: Person }, id: string) {
  if (!ctx.person.isVerified) throw refuse("verify_email");
  return answering.findOwn(ctx.db, ctx.person.email, id);
}

async function isWaitingForSeat(ctx: { db: Db; person: Person }, workspaceId: string): Promise<boolean> {
  await enterWorkspace(ctx.db, workspaceId);
  return joining.isWaiting(ctx.db, workspaceId, ctx.person.id);
}

function described(offer: Omit<answering.Offer, "heldToken">) {
  const { workspaceName, inviterName, role, endsAt, isFull } = offer;
  return { workspaceName, inviterName, role, endsAt, isFull };
}
