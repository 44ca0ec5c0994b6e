import { instanceLog } from "@/db/client";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse, refuseInWords } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import type { DeliveryStep } from "@/server/mail/delivery/refused";
import { loadMailRoute } from "@/server/mail/route/current";
import { sealSecret } from "@/server/mail/route/stored";
import { limits } from "@/server/platform/throttling/limits";
import { sendTestMail } from "../test-mail";
import { variableInForce } from "../way-out";
import { draftOf } from "./draft";
import { setMail, tryMail } from "./input";
import * as settings from "./queries";

const target = { type: "instance", id: "mail" } as const;
// Each test connects to a server that the person names.
const limit = limits.providerChangesPerPerson;

/**
 * Procedures for the operators' mail settings. While a variable of the environment configures mail, they cannot be
 * changed.
 */
export const mailSettingsRouter = t.router({
  /**
   * Sends the caller a test mail with the typed settings and does not store them. Refuses invalid values at their
   * fields, `set_by_environment`, `too_many`, `sign_in_again`.
   *
   * @returns whether it was accepted, otherwise the step that failed and what to check
   */
  tryMail: refusing(["set_by_environment"], instanceStepsProcedure(tryMail, "today", limit)).mutation(
    async ({ ctx, input }) => {
      refuseIfByEnvironment();
      const { route } = await draftOf(input);
      const outcome = await sendTestMail(ctx.person.email, route);
      const { isSent, step } = outcome;
      await ctx.step("write", (db) =>
        audit.record(db, instanceLog, ctx, {
          action: "mail.tested",
          target,
          after: { sentBy: input.kind, isSent, ...(step === null ? {} : { step }) },
        }),
      );
      return outcome;
    },
  ),

  /**
   * Sets how mail leaves the instance once a test mail to the caller was taken by it; it holds on every instance within a second. All links to
   * sign in go out by it, so it needs a sign-in of the last 10 minutes. Refuses at the field what is wrong, `set_by_environment`, `too_many`, `sign_in_again`.
   *
   * @returns the result of the test; null when there was none
   */
  setMail: refusing(["set_by_environment"], instanceStepsProcedure(setMail, "recent", limit)).mutation(
    async ({ ctx, input: { isForced, ...typed } }) => {
      refuseIfByEnvironment();
      const { values, secret, route } = await draftOf(typed);
      const outcome = isForced ? null : await sendTestMail(ctx.person.email, route);
      if (outcome && !outcome.isSent) {
        const field = outcome.step && fields[outcome.step];
        const sentence = `${outcome.title}. ${outcome.said}`;
        throw field ? refuse("invalid_input", { [field]: sentence }) : refuseInWords("invalid_input", sentence);
      }
      await ctx.step("write", async (db) => {
        const before = await settings.hold(db);
        const secretSealed = secret ? sealSecret(values, secret) : (secret as null | undefined);
        // The test used the stored secret, which must still be the one for this server and user.
        if (secret === undefined && !isSame(before, values))
          throw refuse("invalid_input", { secret: "Enter it again." });
        await (before ? settings.change : settings.add)(db, { ...values, secretSealed });
        await audit.record(db, instanceLog, ctx, {
          action: "mail.route_set",
          target,
          ...(before ? { before: shown(before) } : {}),
          after: { ...shown(values), isSecretChanged: Boolean(secret), isTested: outcome !== null },
        });
      });
      await loadMailRoute();
      return { said: outcome?.title ?? null };
    },
  ),

  /**
   * Deletes the operators' mail settings with their secret: mail then waits, or goes to the development mailbox.
   * Refuses `not_found`, `sign_in_again`.
   */
  removeMail: refusing(["not_found"], instanceProcedure(noInput, "recent", limit)).mutation(async ({ ctx }) => {
    const before = await settings.hold(ctx.db);
    if (!before) throw refuse("not_found");
    await settings.remove(ctx.db);
    await audit.record(ctx.db, instanceLog, ctx, { action: "mail.route_removed", target, before: shown(before) });
  }),
});

/** The field of the form for each step of the test; a step without a field is reported for the whole form. */
const fields: Partial<Record<DeliveryStep, string>> = {
  ...{ name: "host", connection: "host", encryption: "encryption", login: "secret", sender: "sender" },
};

function refuseIfByEnvironment(): void {
  const variable = variableInForce();
  if (variable) throw refuseInWords("set_by_environment", `How mail goes out is set by ${variable}, which wins.`);
}

type Shown = Omit<settings.SetRoute, "hasSecret">;

const shown = ({ kind, sender, host, port, encryption, username }: Shown) => ({
  ...{ sentBy: kind, sender, hasLogin: username !== null },
  ...(host === null ? {} : { host, port, encryption }),
});

function isSame(before: Shown | undefined, { kind, host, port, username }: Shown): boolean {
  return before?.kind === kind && before.host === host && before.port === port && before.username === username;
}
