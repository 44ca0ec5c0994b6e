import { transaction } from "@/db/client";
import type { Origin } from "@/server/api/context";
import { isSignedInWithin } from "@/server/api/freshness";
import { recordAccount } from "@/server/audit/queries";
import { lock } from "@/server/membership/person/queries";
import type { AnyProvider } from "@/server/platform/settings/providers";
import { mailAccountNotice } from "../account-notice";
import { signInVerified } from "../auth";
import type { VerifiedPerson } from "../handed-over";
import { createContext } from "../page-context";
import { addressOf, linkableByAddress, requiredProvider } from "../rules/queries";
import { readRefusal, takeResponse } from "../saml/receive";
import { endOldSession, forgetSession, sessionTokenIn } from "../sign-in";
import { refusalOfEntry } from "../sign-up";
import { type Attempt, takeAttempt } from "./attempts";
import { askProvider, type ProviderAnswer } from "./client";
import { failureOf, isCancelled, ProviderFailure } from "./failure";
import { link, ownerOf } from "./queries";
import { failedTest, type GroupPlan, judge, keepTest, mayTest } from "./test-sign-in";
import { personOf } from "./who";

/** The result of a sign-in with a provider, or of linking one. The headers carry the cookie of the new session. */
export type Finished = { attempt: Attempt | null; failure?: ProviderFailure; headers?: Headers };

/** How the groups of a provider become memberships. It is passed in, because this room does not know workspaces. */
export type GroupMembership = {
  /** Applies the memberships that follow from the groups of the person who has signed in. */
  apply: (who: { userId: string; origin: Origin }, provider: string, answer: ProviderAnswer) => Promise<void>;
  /** Returns what `apply` would do, for an operator; null: this provider's groups create no memberships. */
  plan: (operatorId: string, provider: string, answer: ProviderAnswer) => Promise<GroupPlan | null>;
};

/**
 * Finishes what `beginWithProvider` began: verifies the provider's answer, then signs in, creates an account for a new
 * person, links the provider, or stores the result of a test. Never links an existing account by its address alone.
 *
 * @param isEnabled whether the provider can sign people in; a disabled one can only be tested
 */
export async function finishWithProvider(
  request: Request,
  { settings: provider, isEnabled }: { settings: AnyProvider; isEnabled: boolean },
  groups: GroupMembership,
): Promise<Finished> {
  const { search, searchParams } = new URL(request.url);
  const attempt = await takeAttempt(provider.id, searchParams.get("state") ?? "");
  try {
    if (!attempt) {
      const refusal = provider.protocol === "saml" ? readRefusal(provider, searchParams.get("refused")) : null;
      if (refusal) throw refusal;
      // Some providers leave out the state when a person cancels.
      if (isCancelled(searchParams.get("error")))
        throw new ProviderFailure("cancelled", "the provider was left without signing in");
      throw new ProviderFailure("expired", "the sign-in was begun in another browser, or too long ago");
    }
    if (attempt.purpose === "test") {
      await test(provider, attempt, search, groups);
      return { attempt };
    }
    if (!isEnabled) throw new ProviderFailure("disabled", "the provider was disabled since the sign-in was begun");
    const answer = await ask(provider, search, attempt);
    if (attempt.purpose === "link") {
      await linkTo(attempt.sessionId, provider, answer);
      return { attempt };
    }
    return { attempt, headers: await signIn(request, provider, answer, groups) };
  } catch (error) {
    return { attempt, failure: failureOf(error) };
  }
}

/** Returns a provider's answer to an attempt, by its protocol. The steps after this are the same for all protocols. */
function ask(provider: AnyProvider, search: string, attempt: Attempt): Promise<ProviderAnswer> {
  return provider.protocol === "saml"
    ? takeResponse(provider, search, attempt.state)
    : askProvider(provider, search, attempt);
}

/**
 * Stores the claims that a provider sent, and what would be used of them, for the operator whose session began the
 * test.
 */
async function test(provider: AnyProvider, attempt: Attempt, search: string, groups: GroupMembership): Promise<void> {
  const { person, origin } = await createContext();
  if (!person || person.sessionId !== attempt.sessionId || !(await mayTest(person)))
    throw new ProviderFailure("expired", "the operator's session that began the test is over");
  const result = await ask(provider, search, attempt).then(async (answer) => {
    const judged = await judge(provider, answer);
    return { ...judged, groups: await groups.plan(person.id, provider.id, answer) };
  }, failedTest);
  await keepTest({ person, origin }, provider, result);
}

async function signIn(
  request: Request,
  provider: AnyProvider,
  answer: ProviderAnswer,
  groups: GroupMembership,
): Promise<Headers> {
  const { subject, session = null } = answer;
  const verified: VerifiedPerson = { provider: provider.id, subject, session, ...(await personOf(provider, answer)) };
  await followRule(provider, verified);
  const outcome = await signInVerified(request, verified);
  if ("headers" in outcome) {
    const token = sessionTokenIn(outcome.headers) ?? "";
    const userId = await ownerOf({ provider: provider.id, providerAccountId: subject });
    try {
      const { origin } = await createContext();
      if (userId) await groups.apply({ userId, origin }, provider.id, answer);
    } catch (error) {
      // If the memberships could not be updated, a former member must not get in: the session ends and the browser
      // never gets its cookie.
      await forgetSession(token);
      throw error;
    }
    await endOldSession(token);
    return outcome.headers;
  }
  if (outcome.error === "OAuthAccountNotLinked")
    throw new ProviderFailure("has_account", "an account has that address and has not linked the provider");
  if (outcome.error === "AccessDenied") throw await refusedEntry(provider, subject, verified.email);
  throw new Error(`Auth.js did not sign in: ${outcome.error}`);
}

/**
 * Refuses a person who is required to use another provider. If they are required to use this one and have not linked
 * it, links it to the account with the address that it vouches for and mails the person: otherwise the rule would lock
 * them out.
 */
async function followRule(provider: AnyProvider, { subject, email }: VerifiedPerson): Promise<void> {
  const account = { provider: provider.id, providerAccountId: subject };
  const owner = await ownerOf(account);
  const address = owner === undefined ? email : await addressOf(owner);
  const required = address && (await requiredProvider(address));
  if (!required) return;
  if (required !== provider.id)
    throw new ProviderFailure("other_provider", "another provider is required of the person's address");
  if (owner !== undefined) return;
  const { origin } = await createContext();
  await transaction("write", {}, async (db) => {
    const userId = await linkableByAddress(db, address, provider.id);
    if (!userId) return;
    await lock(db, userId);
    if (!(await link(db, userId, account))) return;
    await mailAccountNotice(db, address, "provider-linked", provider.name);
    await recordAccount(db, { person: { id: userId }, origin }, "account.provider_linked", { provider: provider.id });
  });
}

/** Returns the failure for a sign-in that the callback of Auth.js refused. */
async function refusedEntry({ id }: AnyProvider, subject: string, email: string | null): Promise<ProviderFailure> {
  const isKnown = (await ownerOf({ provider: id, providerAccountId: subject })) !== undefined;
  const because = isKnown ? "deactivated" : (email && (await refusalOfEntry(email))) || "sign_up_closed";
  return new ProviderFailure(because, "the person may not come in here");
}

/**
 * Links the provider's account to the person whose session began the attempt, if that session still exists and its
 * sign-in is still recent.
 */
async function linkTo(sessionId: string | null, { id, name }: AnyProvider, { subject }: ProviderAnswer): Promise<void> {
  const { person, origin } = await createContext();
  if (!person || person.sessionId !== sessionId || !isSignedInWithin("recent", person))
    throw new ProviderFailure("sign_in_again", "linking a provider needs a sign-in of the last 10 minutes");
  const account = { provider: id, providerAccountId: subject };
  await transaction("write", {}, async (db) => {
    await lock(db, person.id);
    if (await link(db, person.id, account)) {
      await mailAccountNotice(db, person.email, "provider-linked", name);
      await recordAccount(db, { person, origin }, "account.provider_linked", { provider: id });
    } else if ((await ownerOf(account, db)) !== person.id) {
      throw new ProviderFailure("linked_elsewhere", "another account has linked that account of the provider");
    }
  });
}
