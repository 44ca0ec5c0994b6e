import { type Db, instanceLog } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { listProviders } from "@/server/auth/providers/list";
import * as operators from "@/server/membership/operators/queries";
import { planSignInRule, removeSignInRule, setBreakGlass, setSignInRule } from "./input";
import * as rules from "./queries";

/** Procedures for the mail domains that must sign in with a certain provider. */
export const signInRulesRouter = t.router({
  /** Returns the rules, the providers that can be required, and the possible break-glass operators. */
  signInRules: instanceProcedure(noInput).query(async ({ ctx }) => {
    const [listed, available, candidates] = [
      await rules.list(ctx.db),
      await listProviders(ctx.db),
      await rules.candidates(ctx.db),
    ];
    const nameOf = new Map(available.map(({ id, name }) => [id, name]));
    return {
      rules: listed.map((rule) => ({ ...rule, name: nameOf.get(rule.provider) ?? null })),
      ...{ providers: available, candidates },
    };
  }),

  /**
   * Returns the effect of requiring a provider for a domain, with at most 200 people by name. Changes nothing. Refuses
   * `not_found`.
   */
  planSignInRule: refusing(["not_found"], instanceProcedure(planSignInRule)).query(async ({ ctx, input }) => ({
    ...(await rules.plan(ctx.db, input)),
    name: await nameOfEnabled(ctx.db, input.provider),
  })),

  /**
   * Requires a provider for a domain: this applies at once to every way to sign in, and ends sessions that began in
   * another way. Refuses `not_found`, `break_glass_missing`, `too_many_providers`, `state_changed` when more or fewer
   * people would be locked out than the plan showed, `sign_in_again`.
   */
  setSignInRule: refusing(
    ["not_found", "break_glass_missing", "state_changed", "too_many_providers"],
    instanceProcedure(setSignInRule, "recent"),
  ).mutation(async ({ ctx, input: { lockedOut, ...rule } }) => {
    await operators.lockOperators(ctx.db);
    const held = await rules.holdBreakGlass(ctx.db);
    if (held === null || (await rules.candidates(ctx.db, held)).length === 0) throw refuse("break_glass_missing");
    await nameOfEnabled(ctx.db, rule.provider);
    if ((await rules.list(ctx.db)).length === rules.mostRules) throw refuse("too_many_providers");
    const { counts } = await rules.plan(ctx.db, rule);
    if (counts.locked_out !== lockedOut) throw refuse("state_changed");
    const before = await rules.set(ctx.db, rule);
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "sign_in_rule.set",
      target: { type: "instance", id: rule.domain },
      ...(before !== null && { before: { domain: rule.domain, provider: before } }),
      after: { ...rule, lockedOut },
    });
  }),

  /** Deletes a domain's rule, so that its people choose how to sign in. Refuses `not_found`, `sign_in_again`. */
  removeSignInRule: refusing(["not_found"], instanceProcedure(removeSignInRule, "recent")).mutation(
    async ({ ctx, input: { domain } }) => {
      const provider = await rules.remove(ctx.db, domain);
      if (provider === undefined) throw refuse("not_found");
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "sign_in_rule.removed",
        target: { type: "instance", id: domain },
        before: { domain, provider },
      });
    },
  ),

  /**
   * Makes an operator with a passkey the break-glass operator, to whom no required provider applies. Refuses
   * `not_found`, `sign_in_again`.
   */
  setBreakGlass: refusing(["not_found"], instanceProcedure(setBreakGlass, "recent")).mutation(
    async ({ ctx, input: { userId } }) => {
      await operators.lockOperators(ctx.db);
      const before = await rules.holdBreakGlass(ctx.db);
      if ((await rules.candidates(ctx.db, userId)).length === 0) throw refuse("not_found");
      await rules.setBreakGlass(ctx.db, userId);
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "sign_in_rule.break_glass_set",
        target: { type: "person", id: userId },
        before: { person: before ?? "" },
        after: { person: userId },
      });
    },
  ),
});

/** Returns the name of an enabled provider. Refuses `not_found`. */
async function nameOfEnabled(db: Db, provider: string): Promise<string> {
  const found = (await listProviders(db)).find(({ id }) => id === provider);
  if (!found) throw refuse("not_found");
  return found.name;
}
