import { type Db, transaction } from "@/db/client";
import { charge } from "@/server/api/charge";
import type { Context } from "@/server/api/context";
import { publicProcedure, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import * as answering from "../answering/queries";
import { maskAddress } from "../token";
import { mailedAnswer } from "./input";
import { invitationOf } from "./link";
import * as byMail from "./queries";
import { tellAdmins } from "./tell-admins";

/** The state of an invitation as shown to the invited person. */
export type MailedState = "open" | "accepted" | "declined" | "reported" | "revoked" | "expired";

/** Procedures for declining an invitation by the links in its mail, with or without an account. */
export const byMailRouter = t.router({
  /**
   * Returns the invitation that a mail's link is about. Changes nothing, because mail scanners open links. Refuses
   * `not_found`.
   */
  inspectByMail: refusing(["not_found", "too_many"], publicProcedure.input(mailedAnswer)).query(async ({ input }) => {
    const named = offerNamed(input.token);
    const offer = await transaction("read", { workspaceId: named.workspaceId }, (db) =>
      byMail.find(db, named.workspaceId, named.id),
    );
    if (!offer) throw refuse("not_found");
    const state = stateOf(offer);
    if (state !== "open") return { state };
    const { workspaceName, inviterName, role } = offer;
    return { state, workspaceName, inviterName, role, address: maskAddress(offer.email) };
  }),

  /**
   * Declines the invitation and returns its state: an answer that comes too late changes nothing. Refuses `not_found`,
   * `too_many`.
   */
  declineByMail: refusing(["not_found", "too_many"], publicProcedure.input(mailedAnswer)).mutation(({ ctx, input }) =>
    answer(ctx, input.token, "declined"),
  ),

  /**
   * Declines the invitation, tells the workspace's Admins that it was unwanted, and prevents the workspace from
   * inviting this address again. Otherwise like `declineByMail`.
   */
  reportByMail: refusing(["not_found", "too_many"], publicProcedure.input(mailedAnswer)).mutation(({ ctx, input }) =>
    answer(ctx, input.token, "reported"),
  ),
});

function offerNamed(token: string) {
  const named = invitationOf(token);
  if (!named) throw refuse("not_found");
  return named;
}

async function answer(
  ctx: Context,
  token: string,
  as: "declined" | "reported",
): Promise<{ state: Exclude<MailedState, "open"> }> {
  // In a separate transaction, so that refused attempts are charged too.
  await transaction("write", {}, (db) => charge(db, limits.invitationAnswersPerClient, clientKey(ctx.origin.ip)));
  const { workspaceId, id } = offerNamed(token);
  return transaction("write", { workspaceId }, async (db) => {
    if (!(await liveWorkspace.lock(db, workspaceId))) throw refuse("not_found");
    const offer = await byMail.find(db, workspaceId, id);
    if (!offer) throw refuse("not_found");
    if (await settle(db, workspaceId, id, as)) {
      await record(db, workspaceId, ctx, offer, as);
      if (as === "reported") await tellAdmins(db, workspaceId, offer);
      return { state: as };
    }
    const settled = await byMail.find(db, workspaceId, id);
    const state = settled ? stateOf(settled) : "open";
    if (state === "open") throw new Error("an open invitation could not be answered");
    return { state };
  });
}

function settle(db: Db, workspaceId: string, id: string, as: "declined" | "reported"): Promise<boolean> {
  if (as === "reported") return byMail.report(db, workspaceId, id);
  return answering.settle(db, workspaceId, id, "declined", null);
}

/**
 * Records an answer by mail. The reader of the mail may not be the owner of the address, so a person is only named if
 * they have verified that address.
 */
function record(
  db: Db,
  workspaceId: string,
  { person, origin }: Context,
  { id, email }: byMail.MailedOffer,
  as: "declined" | "reported",
): Promise<void> {
  const isTheirs = person?.isVerified === true && person.email === email;
  return audit.record(
    db,
    workspaceId,
    { person: isTheirs ? person : null, origin },
    { action: `invitation.${as}${isTheirs ? "" : "_by_mail"}`, target: { type: "invitation", id } },
  );
}

function stateOf({ status, isExpired, isReported }: byMail.MailedOffer): MailedState {
  if (status === "pending") return isExpired ? "expired" : "open";
  return isReported ? "reported" : status;
}
