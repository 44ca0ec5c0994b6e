import { instanceLog } from "@/db/client";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { announceMail } from "@/server/mail/queries";
import { limits } from "@/server/platform/throttling/limits";
import { allowAddress, listMails, listSuppressed, retryMails } from "./input";
import { kindOf } from "./kinds";
import * as outbox from "./queries";
import * as settings from "./settings/queries";
import { sendTestMail } from "./test-mail";
import { variableInForce, wayOut } from "./way-out";

const target = { type: "instance", id: "mail" } as const;

/** How mail leaves the instance, and what waits or failed. */
export const instanceMailRouter = t.router({
  /** Returns how mail goes out and who says so, how much waits and since when, and how much was given up in the last 30 days. */
  mail: instanceProcedure(noInput).query(async ({ ctx }) => ({
    wayOut: wayOut(),
    /** What operators have set, which a variable of the environment may win over. */
    set: (await settings.find(ctx.db)) ?? null,
    variableInForce: variableInForce(),
    queue: await outbox.queue(ctx.db),
  })),

  /** Returns a page of the mails that failed: what kind, when, how often they were tried and why. Never to whom or what. */
  mails: instanceProcedure(listMails).query(async ({ ctx, input: { state, ...place } }) => {
    const page = await outbox.list(ctx.db, state, place);
    return { ...page, rows: page.rows.map(({ template, ...row }) => ({ ...row, ...kindOf(template) })) };
  }),

  /**
   * Sends the caller a test mail at once, past the outbox. Refuses `too_many`, `sign_in_again`.
   *
   * @returns whether it was taken, else at which step it failed and what to check
   */
  sendTestMail: instanceStepsProcedure(noInput, "today", limits.mailTestsPerPerson).mutation(async ({ ctx }) => {
    const outcome = await sendTestMail(ctx.person.email);
    const { isSent, step } = outcome;
    await ctx.step("write", (db) =>
      audit.record(db, instanceLog, ctx, {
        action: "mail.tested",
        target,
        after: { sentBy: wayOut().kind, isSent, ...(step === null ? {} : { step }) },
      }),
    );
    return outcome;
  }),

  /**
   * Makes one waiting mail that failed, or all of them, due at once. Refuses `not_found` for one that no longer waits, `sign_in_again`.
   *
   * @returns how many; what is due within a minute is left as it is
   */
  retryMails: refusing(["not_found"], instanceProcedure(retryMails, "today")).mutation(
    async ({ ctx, input: { mailId } }) => {
      const template = mailId === undefined ? undefined : await outbox.waitingTemplate(ctx.db, mailId);
      if (mailId !== undefined && template === undefined) throw refuse("not_found");
      const mails = await outbox.makeDue(ctx.db, mailId);
      await announceMail(ctx.db);
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "mail.retried",
        target,
        after: { mails, ...(template === undefined ? {} : { kind: template }) },
      });
      return { mails };
    },
  ),

  /** Returns a page of the addresses that no mail is sent to, with why, newest first. */
  suppressedAddresses: instanceProcedure(listSuppressed).query(({ ctx, input }) =>
    outbox.listSuppressed(ctx.db, input),
  ),

  /** Has mail sent to an address again. Refuses `not_found` for one that mail is sent to, `sign_in_again`. */
  allowAddress: refusing(["not_found"], instanceProcedure(allowAddress, "today")).mutation(
    async ({ ctx, input: { addressId } }) => {
      const allowed = await outbox.allow(ctx.db, addressId);
      if (!allowed) throw refuse("not_found");
      const { email: address, reason } = allowed;
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "mail.address_allowed",
        target,
        before: { address, reason },
      });
      return { address };
    },
  ),
});
