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

/** Procedures for the mail of the instance: its route, and waiting and failed mails. */
export const instanceMailRouter = t.router({
  /**
   * Returns how mail is sent and where this is configured, how many mails wait and since when, and how many were given
   * up in the last 30 days.
   */
  mail: instanceProcedure(noInput).query(async ({ ctx }) => ({
    wayOut: wayOut(),
    /** The operators' setting, which a variable of the environment overrides. */
    set: (await settings.find(ctx.db)) ?? null,
    variableInForce: variableInForce(),
    queue: await outbox.queue(ctx.db),
  })),

  /** Returns a page of the failed mails: kind, time, number of attempts and reason, but never recipient or content. */
  mails: instanceProcedure(listMails).query(async ({ ctx, input: { state, ...place } }) => {
    const page = await outbox.list(ctx.db, state, place);
    return { ...page, rows: page.rows.map(({ template, ...row }) => ({ ...row, ...kindOf(template) })) };
  }),

  /**
   * Sends the caller a test mail at once, not through the outbox. Refuses `too_many`, `sign_in_again`.
   *
   * @returns whether it was accepted, otherwise the step that failed and what to check
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
   * Makes one failed mail that waits, or all of them, due at once. Refuses `not_found` for a mail that no longer waits,
   * `sign_in_again`.
   *
   * @returns how many were made due; those due within a minute stay as they are
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

  /** Returns a page of the suppressed addresses with their reasons, newest first. */
  suppressedAddresses: instanceProcedure(listSuppressed).query(({ ctx, input }) =>
    outbox.listSuppressed(ctx.db, input),
  ),

  /**
   * Allows mail to a suppressed address again. Refuses `not_found` for an address that is not suppressed,
   * `sign_in_again`.
   */
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
