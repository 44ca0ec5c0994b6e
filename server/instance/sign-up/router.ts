import { instanceLog } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { noInput } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as instance from "@/server/membership/instance/queries";
import { env } from "@/server/platform/env";
import { type CapName, capBounds, caps } from "@/server/platform/throttling/limits";
import { usedNow } from "@/server/platform/throttling/queries";
import { currency } from "@/server/usage/prices";
import { changeSettings, settingsTarget } from "../settings/change";
import * as settings from "../settings/queries";
import { refuseUnknownServers, serverNames } from "../workspaces/servers";
import { setAbuseCaps, setCreators, setDefaults, setPersonalDefaults, setSignUp } from "./input";

/** Procedures for who may sign up, who may create workspaces, and the default settings of new ones. */
export const signUpRouter = t.router({
  /** Returns the settings, in the instance's currency. */
  settings: instanceProcedure(noInput).query(async ({ ctx }) => ({
    ...(await instance.settings(ctx.db)),
    ...{ currency: currency(), namedOperators: env().operators, servers: serverNames() },
  })),

  /** Sets who may make an account. It holds at once, on every instance. Refuses `sign_in_again`. */
  setSignUp: instanceProcedure(setSignUp, "recent").mutation(({ ctx, input: { signUp: who, signUpDomains } }) =>
    changeSettings(ctx, "sign_up.changed", "sign-up", {
      signUp: who,
      signUpDomains: who === "domains" ? signUpDomains : [],
    }),
  ),

  /** Sets who may create workspaces, and how many. Refuses `sign_in_again`. */
  setCreators: instanceProcedure(setCreators, "today").mutation(({ ctx, input }) => {
    const { workspaceCreators, creatorDomains, workspacesPerPerson, personal } = input;
    return changeSettings(ctx, "sign_up.creators_changed", "sign-up", {
      ...{ workspaceCreators, workspacesPerPerson, arePersonalAllowed: personal === "allowed" },
      creatorDomains: workspaceCreators === "domains" ? creatorDomains : [],
    });
  }),

  /** Sets the default settings of new workspaces; existing ones do not change. Refuses `sign_in_again`. */
  setDefaults: instanceProcedure(setDefaults, "today").mutation(async ({ ctx, input }) => {
    const { newProviders: stored } = await instance.settings(ctx.db);
    refuseUnknownServers(input.newProviders, stored, "newProviders");
    const { newMaximumKeyDays, newResponseDays, ...rest } = input;
    return changeSettings(ctx, "sign_up.defaults_changed", "sign-up", {
      ...rest,
      ...{ newMaximumKeyDays: daysOf(newMaximumKeyDays), newResponseDays: daysOf(newResponseDays) },
    });
  }),

  /** Sets the default settings of new personal workspaces. Refuses `sign_in_again`. */
  setPersonalDefaults: instanceProcedure(setPersonalDefaults, "today").mutation(async ({ ctx, input }) => {
    const { personalProviders: stored } = await instance.settings(ctx.db);
    refuseUnknownServers(input.personalProviders, stored, "personalProviders");
    const { personalMaximumKeyDays, personalResponseDays, ...rest } = input;
    return changeSettings(ctx, "sign_up.personal_defaults_changed", "sign-up", {
      ...rest,
      ...{ personalMaximumKeyDays: daysOf(personalMaximumKeyDays), personalResponseDays: daysOf(personalResponseDays) },
    });
  }),

  /**
   * Returns the limits against abuse with their settings, and the current use of those that the whole instance shares.
   */
  abuseCaps: instanceProcedure(noInput).query(async ({ ctx }) => {
    const { abuseCaps: set } = await instance.settings(ctx.db);
    const used = await usedNow(ctx.db, caps, "all");
    return caps.map((limit) => ({
      ...{ name: limit.name, default: limit.burst, seconds: limit.seconds, ...capBounds(limit) },
      ...{ set: set[limit.name] ?? null, used: used.get(limit.name) ?? null },
    }));
  }),

  /** Sets the limits against abuse. They apply at once in every process. Refuses `sign_in_again`. */
  setAbuseCaps: instanceProcedure(setAbuseCaps, "today").mutation(async ({ ctx, input }) => {
    const before = await settings.hold(ctx.db);
    const typed = input as Record<CapName, number | null>;
    const changed = caps.filter(({ name, burst }) => (typed[name] ?? burst) !== (before.abuseCaps[name] ?? burst));
    if (changed.length === 0) return;
    // Only values that differ from their default are stored, so that a default of a later release applies.
    const kept = caps.filter(({ name, burst }) => (typed[name] ?? burst) !== burst);
    const valuesOf = (limits: typeof caps, from: Partial<Record<string, number | null>>) =>
      Object.fromEntries(limits.map(({ name, burst }) => [name, from[name] ?? burst]));
    await settings.set(ctx.db, { abuseCaps: valuesOf(kept, typed) });
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "sign_up.caps_changed",
      target: settingsTarget("sign-up"),
      before: { caps: valuesOf(changed, before.abuseCaps) },
      after: { caps: valuesOf(changed, typed) },
    });
  }),
});

const daysOf = (typed: string) => (typed === "none" ? null : Number(typed));
