import { transaction } from "@/db/client";
import { charge } from "@/server/api/charge";
import { isSignedInWithin } from "@/server/api/freshness";
import { refusalOf } from "@/server/api/trpc";
import type { ProviderSettings } from "@/server/platform/settings/providers";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import { safePath } from "../callback-url";
import { createContext } from "../page-context";
import { keepAttempt } from "./attempts";
import { authorizationUrl, newChecks } from "./client";
import { failureOf, ProviderFailure } from "./failure";

/**
 * Begins to sign in with a provider, or to link it to the account of the person who is signed in, and keeps in this
 * browser what has to come back. Returns where the browser goes. Linking needs a sign-in of the last 10 minutes.
 *
 * @throws ProviderFailure
 */
export async function beginWithProvider(
  provider: ProviderSettings,
  { callbackUrl, isLinking }: { callbackUrl: unknown; isLinking: boolean },
): Promise<string> {
  const { person, origin } = await createContext();
  const linkingSession = isLinking && person && isSignedInWithin("recent", person) ? person.sessionId : null;
  if (isLinking && !linkingSession)
    throw new ProviderFailure("sign_in_again", "linking a provider needs a sign-in of the last 10 minutes");
  try {
    await transaction("write", {}, (db) => charge(db, limits.providerSignInsPerClient, clientKey(origin.ip)));
  } catch (error) {
    if (refusalOf(error as Error).reason !== "too_many") throw error;
    throw new ProviderFailure("too_many", "too many sign-ins with providers from one address", { cause: error });
  }
  const checks = newChecks();
  try {
    const url = await authorizationUrl(provider, checks);
    await keepAttempt({ ...checks, provider: provider.id, callbackUrl: safePath(callbackUrl), linkingSession });
    return url;
  } catch (error) {
    throw failureOf(error);
  }
}
