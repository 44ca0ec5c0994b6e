import { transaction } from "@/db/client";
import { isSignedInWithin } from "@/server/api/freshness";
import { recordAccount } from "@/server/audit/queries";
import { lock } from "@/server/membership/person/queries";
import type { ProviderSettings } from "@/server/platform/settings/providers";
import { mailAccountNotice } from "../account-notice";
import { signInVerified } from "../auth";
import type { VerifiedPerson } from "../bridge";
import { createContext } from "../page-context";
import { endOldSession, sessionTokenIn } from "../sign-in";
import { hasAddress, vouchedAddress } from "./address";
import { type Attempt, takeAttempt } from "./attempts";
import { askProvider, type ProviderAnswer } from "./client";
import { failureOf, isCancelled, ProviderFailure } from "./failure";
import { link, ownerOf } from "./queries";

/** How a sign-in with a provider, or a link to one, has ended. Headers carry the new session's cookie. */
export type Finished = { attempt: Attempt | null; failure?: ProviderFailure; headers?: Headers };

/**
 * Ends what `beginWithProvider` began: verifies what the provider sent the browser back with, then signs in, makes an
 * account for a new person, or links the provider. Never links an existing account by its address alone.
 */
export async function finishWithProvider(request: Request, provider: ProviderSettings): Promise<Finished> {
  const { search, searchParams } = new URL(request.url);
  const attempt = await takeAttempt(provider.id, searchParams.get("state") ?? "");
  try {
    if (!attempt) {
      // Some providers leave the state out when a person turns back.
      if (isCancelled(searchParams.get("error")))
        throw new ProviderFailure("cancelled", "the provider was left without signing in");
      throw new ProviderFailure("expired", "the sign-in was begun in another browser, or too long ago");
    }
    const answer = await askProvider(provider, search, attempt);
    if (attempt.linkingSession !== null) {
      await linkTo(attempt.linkingSession, provider, answer);
      return { attempt };
    }
    return { attempt, headers: await signIn(request, provider, answer) };
  } catch (error) {
    return { attempt, failure: failureOf(error) };
  }
}

async function signIn(request: Request, provider: ProviderSettings, answer: ProviderAnswer): Promise<Headers> {
  const { subject } = answer;
  const verified: VerifiedPerson = { provider: provider.id, subject, ...(await personOf(provider, answer)) };
  const outcome = await signInVerified(request, verified);
  if ("headers" in outcome) {
    await endOldSession(sessionTokenIn(outcome.headers) ?? "");
    return outcome.headers;
  }
  if (outcome.error === "OAuthAccountNotLinked")
    throw new ProviderFailure("has_account", "an account has that address and has not linked the provider");
  throw new Error(`Auth.js did not sign in: ${outcome.error}`);
}

/** Returns whom to sign in. Only a new person needs an address, which some providers tell at their userinfo endpoint alone. */
async function personOf(provider: ProviderSettings, { subject, claims, askMore }: ProviderAnswer) {
  const nameOf = (said: ProviderAnswer["claims"]) => (typeof said.name === "string" ? said.name : null);
  const email = vouchedAddress(provider, claims);
  const isKnown = (await ownerOf({ provider: provider.id, providerAccountId: subject })) !== undefined;
  if (isKnown || (email && nameOf(claims))) return { email, name: nameOf(claims) };
  const more = await askMore();
  const found = email ?? vouchedAddress(provider, more);
  const name = nameOf(claims) ?? nameOf(more);
  if (found) return { email: found, name };
  if ([claims, more].some((said) => hasAddress(provider, said)))
    throw new ProviderFailure(
      "unverified",
      "a provider does not say that an address is verified (email_verified): unless trustEmail is set, it makes no account",
    );
  throw new ProviderFailure("no_address", "a provider tells no e-mail address, in the ID token or at userinfo");
}

/** Links the provider's account to the person whose session began this, if that session is still here and still recent. */
async function linkTo(sessionId: string, { id, name }: ProviderSettings, { subject }: ProviderAnswer): Promise<void> {
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
