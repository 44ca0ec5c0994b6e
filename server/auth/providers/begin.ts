import { transaction } from "@/db/client";
import { charge } from "@/server/api/charge";
import { isSignedInWithin } from "@/server/api/freshness";
import { refusalOf } from "@/server/api/trpc";
import type { AnyProvider } from "@/server/platform/settings/providers";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import { safePath } from "../callback-url";
import { createContext } from "../page-context";
import { samlSignInUrl } from "../saml/service";
import { type Attempt, keepAttempt } from "./attempts";
import { authorizationUrl, newChecks } from "./client";
import { failureOf, ProviderFailure } from "./failure";
import { mayTest } from "./test-sign-in";

/**
 * The purpose of an attempt: to sign in, to link the provider to the account, or, for an operator, to test which claims
 * it sends.
 */
export type Purpose = Attempt["purpose"];

/**
 * Begins to sign in with a provider, to link it to the signed-in person's account, or to test it, and stores in this
 * browser the values that must come back. Returns the address for the browser; null: the person may not test providers.
 * Linking requires a sign-in within the last 10 minutes.
 *
 * @throws ProviderFailure
 */
export async function beginWithProvider(
  provider: AnyProvider,
  { callbackUrl, purpose }: { callbackUrl: unknown; purpose: Purpose },
): Promise<string | null> {
  const { person, origin } = await createContext();
  if (purpose === "test" && !(await mayTest(person))) return null;
  if (purpose === "link" && !(person && isSignedInWithin("recent", person)))
    throw new ProviderFailure("sign_in_again", "linking a provider needs a sign-in of the last 10 minutes");
  try {
    await transaction("write", {}, async (db) => {
      await charge(db, limits.providerSignInsPerClient, clientKey(origin.ip));
      // Each test writes an audit row.
      if (purpose === "test" && person) await charge(db, limits.providerChangesPerPerson, person.id);
    });
  } catch (error) {
    if (refusalOf(error as Error).reason !== "too_many") throw error;
    throw new ProviderFailure("too_many", "too many sign-ins with providers from one address", { cause: error });
  }
  const checks = newChecks();
  const sessionId = purpose === "sign-in" ? null : (person?.sessionId ?? null);
  try {
    const url =
      provider.protocol === "saml"
        ? await samlSignInUrl(provider, checks.state)
        : await authorizationUrl(provider, checks);
    await keepAttempt({ ...checks, provider: provider.id, callbackUrl: safePath(callbackUrl), purpose, sessionId });
    return url;
  } catch (error) {
    throw failureOf(error);
  }
}
