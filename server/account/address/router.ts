import type { Db } from "@/db/client";
import { charge } from "@/server/api/charge";
import { noInput, personProcedure, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { mailAccountNotice } from "@/server/auth/account-notice";
import { chargeAddressMail } from "@/server/auth/address-mail-limits";
import { requiredProvider } from "@/server/auth/rules/queries";
import { hashToken, maskAddress, newToken } from "@/server/joining/invitations/token";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as personRow from "@/server/membership/person/queries";
import { limits } from "@/server/platform/throttling/limits";
import { changeEmail, oneToken } from "../input";
import * as address from "./queries";

/** The number of minutes for which the mailed link works. */
const minutes = 10;

const home = () => linkOrigin();

/**
 * Procedures to change the person's e-mail address: requested here, and confirmed by a link mailed to the new address.
 */
export const accountAddressRouter = t.router({
  /** Returns the new address that is not confirmed yet; null: there is none. */
  pendingEmail: personProcedure(noInput).query(
    async ({ ctx }) => (await address.pending(ctx.db, ctx.person.id)) ?? null,
  ),

  /**
   * Mails a link to the new address. The answer does not say whether another account has that address: its owner learns
   * it by mail. Refuses `address_of_organization`, `sign_in_again`, `too_many`.
   */
  changeEmail: refusing(["address_of_organization"], personProcedure(changeEmail, "recent")).mutation(
    async ({ ctx, input: { email } }) => {
      if (email === ctx.person.email) throw refuse("invalid_input", { email: "This is your address already." });
      await refuseLeaving(ctx.db, ctx.person.email);
      await charge(ctx.db, limits.addressChangesPerPerson, ctx.person.id);
      await chargeAddressMail(ctx.db, email, ctx.origin.ip);
      const { token, hash } = newToken();
      await address.ask(ctx.db, ctx.person.id, { email, tokenHash: hash, minutes });
      if (await address.isTaken(ctx.db, email)) await mailAccountNotice(ctx.db, email, "address-taken", null);
      else
        await mail.enqueue(ctx.db, {
          to: email,
          template: "confirm-address",
          props: {
            url: link("/account/email", { token }),
            currentEmail: ctx.person.email,
            email,
            expiresInMinutes: minutes,
            origin: home(),
          },
        });
      await audit.recordAccount(ctx.db, ctx, "account.email_change_asked", { to: maskAddress(email) });
      return { email };
    },
  ),

  /** Returns what a mailed link would change; null: it was used, has expired, or belongs to another account. */
  inspectEmailChange: personProcedure(oneToken).query(async ({ ctx, input }) => {
    const email = await address.find(ctx.db, ctx.person.id, hashToken(input.token));
    return email ? { from: ctx.person.email, to: email } : null;
  }),

  /**
   * Uses the mailed link up for the signed-in person who asked for it: changes the address, signs out all other
   * browsers, and mails the old address. Refuses `email_link_dead`, `address_of_organization`.
   */
  confirmEmail: refusing(["email_link_dead", "address_of_organization"], personProcedure(oneToken, "any")).mutation(
    async ({ ctx, input }) => {
      const { id, email: from, sessionId } = ctx.person;
      await refuseLeaving(ctx.db, from);
      await personRow.lock(ctx.db, id);
      const to = await address.use(ctx.db, id, hashToken(input.token));
      if (!to || !(await address.change(ctx.db, id, from, to))) throw refuse("email_link_dead");
      await address.endSessionsBut(ctx.db, id, sessionId);
      await mailAccountNotice(ctx.db, from, "address-changed", maskAddress(to));
      await audit.recordAccount(ctx.db, ctx, "account.email_changed", { from: maskAddress(from), to: maskAddress(to) });
      return { email: to };
    },
  ),
});

/**
 * Refuses `address_of_organization` when the person's domain has to sign in with a provider: another address would not
 * be bound by that rule.
 */
async function refuseLeaving(db: Db, email: string): Promise<void> {
  if (await requiredProvider(email, db)) throw refuse("address_of_organization");
}
