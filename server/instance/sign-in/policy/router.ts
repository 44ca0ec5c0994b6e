import type { Db } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { arePasskeysPossible } from "@/server/auth/passkeys/web-authn";
import { listProviders } from "@/server/auth/providers/list";
import * as instance from "@/server/membership/instance/queries";
import * as operators from "@/server/membership/operators/queries";
import { changeSettings } from "../../settings/change";
import * as rules from "../rules/queries";
import { setMailLink, setRequiredPasskeys, setSessionLengths } from "./input";
import * as policy from "./queries";

/** Procedures for the lifetime of sessions, mailed links, and required passkeys. */
export const signInPolicyRouter = t.router({
  /**
   * Returns the settings; whether the caller's session proves that another way to sign in than a mailed link works; and
   * how many people have no other way, at most 1,000.
   */
  signInPolicy: instanceProcedure(noInput).query(async ({ ctx }) => {
    const set = await instance.settings(ctx.db);
    const providers = (await listProviders(ctx.db)).map(({ id }) => id);
    return {
      ...{ sessionIdleMinutes: set.sessionIdleMinutes, sessionLifeMinutes: set.sessionLifeMinutes },
      ...{ isMailLinkOn: set.isMailLinkOn, passkeysRequiredOf: set.passkeysRequiredOf },
      ...{ arePasskeysPossible: arePasskeysPossible(), hasBreakGlass: await hasBreakGlass(ctx.db, set.breakGlass) },
      hasOtherWay: await isByOtherWay(ctx.db, ctx.person),
      byMailOnly: await policy.countByMailOnly(ctx.db, providers),
      hasProvider: providers.length > 0,
    };
  }),

  /**
   * Sets the lifetime of sessions. It applies to all sessions, also existing ones, from their next request on. Refuses
   * `sign_in_again`.
   */
  setSessionLengths: instanceProcedure(setSessionLengths, "recent").mutation(({ ctx, input }) =>
    changeSettings(ctx, "sign_in.sessions_changed", "sign-in", {
      sessionIdleMinutes: Number(input.idleMinutes),
      sessionLifeMinutes: Number(input.lifeMinutes),
    }),
  ),

  /**
   * Sets whether mailed links can be used to sign in. Refuses `untested_way` when the caller's own session began with a
   * mailed link: then it is not certain that they have another way that works. Refuses `sign_in_again`.
   */
  setMailLink: refusing(["untested_way"], instanceProcedure(setMailLink, "recent")).mutation(async ({ ctx, input }) => {
    if (input.mailLink === "off" && !(await isByOtherWay(ctx.db, ctx.person))) throw refuse("untested_way");
    await changeSettings(ctx, "sign_in.mail_link_changed", "sign-in", { isMailLinkOn: input.mailLink === "on" });
  }),

  /**
   * Sets who must have a passkey, in every session from its next request on. Refuses `break_glass_missing`, because
   * only a break-glass operator is exempt, `passkeys_impossible`, `sign_in_again`.
   */
  setRequiredPasskeys: refusing(
    ["break_glass_missing", "passkeys_impossible"],
    instanceProcedure(setRequiredPasskeys, "recent"),
  ).mutation(async ({ ctx, input: { passkeysRequiredOf } }) => {
    await operators.lockOperators(ctx.db);
    if (passkeysRequiredOf !== "none") {
      if (!arePasskeysPossible()) throw refuse("passkeys_impossible");
      if (!(await hasBreakGlass(ctx.db, await rules.holdBreakGlass(ctx.db)))) throw refuse("break_glass_missing");
    }
    await changeSettings(ctx, "sign_in.passkeys_changed", "sign-in", { passkeysRequiredOf });
  }),
});

async function hasBreakGlass(db: Db, userId: string | null): Promise<boolean> {
  return userId !== null && (await rules.candidates(db, userId)).length > 0;
}

/**
 * Returns whether a session began with a passkey or an enabled provider, which proves that this way to sign in works.
 */
async function isByOtherWay(db: Db, { id, sessionId }: { id: string; sessionId: string }): Promise<boolean> {
  const began = await policy.beginningOf(db, id, sessionId);
  if (!began) return false;
  return began.byPasskey || (await listProviders(db)).some((provider) => provider.id === began.provider);
}
