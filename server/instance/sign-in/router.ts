import { type Db, instanceLog } from "@/db/client";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse, refuseInWords } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { hasWayIn, isMailLinkOn } from "@/server/auth/mail-link";
import { logoutUri, redirectUri } from "@/server/auth/providers/client";
import { sealSecret } from "@/server/auth/providers/stored";
import { findTest } from "@/server/auth/providers/test-sign-in";
import { serviceAddresses } from "@/server/auth/saml/service";
import { isSharedIssuer } from "@/server/platform/settings/providers";
import { limits } from "@/server/platform/throttling/limits";
import { checkIssuer } from "./check-issuer";
import * as groups from "./groups/queries";
import {
  addSignInProvider,
  changedSignInProvider,
  oneSignInProvider,
  setSignInProviderState,
  updateSignInProvider,
} from "./input";
import { nameTaken, refuseNameOfEnvironment } from "./names";
import * as providers from "./queries";
import * as rules from "./rules/queries";
import { environmentProviders, nothingLinked, shownAdded } from "./shown";
import { signOutOf } from "./sign-out";
import { tellUnlinked } from "./tell-unlinked";

const limit = limits.providerChangesPerPerson;

/** Procedures for the ways to sign in: providers of the environment, and those that operators add. */
export const signInRouter = t.router({
  /** Returns the providers, with how many people have linked each. */
  signInProviders: instanceProcedure(noInput).query(async ({ ctx }) => {
    const added = await providers.list(ctx.db);
    const set = environmentProviders();
    const counts = await providers.countLinked(
      ctx.db,
      [...added, ...set].map(({ id }) => id),
    );
    const withCounts = <T extends { id: string }>(row: T) => ({ ...row, ...(counts.get(row.id) ?? nothingLinked) });
    return { added: added.map((row) => withCounts(shownAdded(row))), environment: set.map(withCounts) };
  }),

  /** Returns a provider of either kind, with the caller's last test of it. Refuses `not_found`. */
  signInProvider: refusing(["not_found"], instanceProcedure(oneSignInProvider)).query(
    async ({ ctx, input: { providerId: id } }) => {
      const set = environmentProviders().find((each) => each.id === id);
      const shown = set ?? shownAdded(existing(isAdded(id) ? await providers.find(ctx.db, id) : undefined));
      const counts = await providers.countLinked(ctx.db, [id]);
      const test = await findTest(ctx.db, ctx.person.id, id);
      const signedIn = await providers.countSignedIn(ctx.db, id, ctx.person.sessionId);
      return { ...shown, ...(counts.get(id) ?? nothingLinked), signedIn, test };
    },
  ),

  /**
   * Returns the values for registering a new provider's client, which follow from its id: the redirect URI, or the
   * addresses for a SAML provider.
   */
  newSignInProvider: instanceProcedure(changedSignInProvider).query(({ input }) => ({
    redirectUri: redirectUri({ id: input.providerId }),
    logoutUri: logoutUri({ id: input.providerId }),
    saml: serviceAddresses({ id: input.providerId }),
  })),

  /**
   * Adds a provider, disabled, after its discovery document was read. Refuses invalid values at their fields,
   * `provider_name_taken`, `too_many_providers`, `sign_in_again`.
   */
  addSignInProvider: refusing(
    ["provider_name_taken", "too_many_providers"],
    instanceStepsProcedure(addSignInProvider, "recent", limit),
  ).mutation(async ({ ctx, input }) => {
    const { providerId: id, secret, isForced, ...values } = input;
    refuseNameOfEnvironment(values.name);
    if (!isForced) await checkIssuer({ ...values, id, clientSecret: secret });
    await ctx.step("write", async (db) => {
      if ((await providers.list(db)).length === providers.mostProviders) throw refuse("too_many_providers");
      const secretSealed = sealSecret({ id, issuer: values.issuer }, secret);
      if (!(await providers.add(db, { ...values, id, secretSealed }))) throw nameTaken();
      await audit.record(db, instanceLog, ctx, {
        action: "sign_in_provider.added",
        target: { type: "sign_in_provider", id },
        after: { ...values, isTested: !isForced },
      });
    });
    return { id };
  }),

  /**
   * Changes a provider; its issuer cannot change, and a secret that is not entered is kept. Refuses `not_found`,
   * `provider_name_taken`, `sign_in_again`.
   */
  updateSignInProvider: refusing(
    ["not_found", "provider_name_taken"],
    instanceProcedure(updateSignInProvider, "recent", limit),
  ).mutation(async ({ ctx, input }) => {
    const { providerId: id, secret, ...values } = input;
    const held = existing(await providers.hold(ctx.db, id));
    if (held.protocol !== "oidc") throw refuse("not_found");
    const { issuer, name, clientId, scope, emailClaim, trustEmail, clientAuthentication } = held;
    const before = { name, clientId, scope, emailClaim, trustEmail, clientAuthentication };
    refuseNameOfEnvironment(values.name);
    if (values.trustEmail && isSharedIssuer(issuer))
      throw refuse("invalid_input", {
        trustEmail: "The addresses of an issuer that is open to all tenants cannot be trusted.",
      });
    if (await providers.isNameTaken(ctx.db, values.name, id)) throw nameTaken();
    const secretSealed = secret === "" ? {} : { secretSealed: sealSecret({ id, issuer }, secret) };
    await providers.update(ctx.db, id, { ...values, ...secretSealed });
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "sign_in_provider.changed",
      target: { type: "sign_in_provider", id },
      before,
      after: { ...values, isSecretChanged: secret !== "" },
    });
  }),

  /**
   * Sets whether a provider can sign people in. Disabling it ends the sessions that began with it, except the caller's
   * own. Refuses `not_found`,
   * `provider_in_use`, `last_way_in`, `sign_in_again`.
   */
  setSignInProviderState: refusing(
    ["not_found", "provider_in_use", "last_way_in"],
    instanceProcedure(setSignInProviderState, "recent", limit),
  ).mutation(async ({ ctx, input: { providerId: id, state } }) => {
    const { name, isEnabled: before } = existing(await providers.hold(ctx.db, id));
    const isEnabled = state === "enabled";
    if (!isEnabled && (await rules.isRequired(ctx.db, id))) throw refuse("provider_in_use");
    if (!isEnabled) await keepOwnWayIn(ctx, id);
    const signedOut = isEnabled ? 0 : await signOutOf(ctx, id);
    await providers.setEnabled(ctx.db, id, isEnabled);
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "sign_in_provider.state_changed",
      target: { type: "sign_in_provider", id },
      before: { name, isEnabled: before },
      after: { name, isEnabled, ...(isEnabled ? {} : { signedOut }) },
    });
  }),

  /**
   * Deletes a provider, unlinks it from every account, mails each of these people, and ends the sessions that began
   * with it, except the caller's own. Refuses `not_found`,
   * `provider_in_use`, `last_way_in`, `sign_in_again`. @returns how many people had linked it
   */
  removeSignInProvider: refusing(
    ["not_found", "provider_in_use", "last_way_in"],
    instanceProcedure(changedSignInProvider, "recent", limit),
  ).mutation(async ({ ctx, input: { providerId: id } }) => {
    const { name, issuer } = existing(await providers.hold(ctx.db, id));
    if (await rules.isRequired(ctx.db, id)) throw refuse("provider_in_use");
    // Otherwise the memberships would end without an entry in the logs of their workspaces.
    if ((await groups.list(ctx.db, id)).length > 0)
      throw refuseInWords("provider_in_use", "Rules of groups are of this provider. Remove them first.");
    await keepOwnWayIn(ctx, id);
    const signedOut = await signOutOf(ctx, id);
    const people = await providers.remove(ctx.db, id);
    const unlinked = people.length;
    await tellUnlinked(ctx.db, people, { id, name }, ctx.origin);
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "sign_in_provider.removed",
      target: { type: "sign_in_provider", id },
      before: { name, issuer, unlinked, signedOut },
    });
    return { unlinked };
  }),
});

const isAdded = (id: string) => changedSignInProvider.safeParse({ providerId: id }).success;

/** Refuses `last_way_in` when mailed links are switched off and the caller could not sign in without this provider. */
async function keepOwnWayIn({ db, person }: { db: Db; person: { id: string } }, id: string): Promise<void> {
  if (!(await isMailLinkOn(db)) && !(await hasWayIn(db, person.id, id))) throw refuse("last_way_in");
}

function existing<T>(found: T | undefined): T {
  if (!found) throw refuse("not_found");
  return found;
}
