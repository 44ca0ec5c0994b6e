import type { Purpose } from "@/server/auth/providers/begin";
import { logFailure, type ProviderFailure } from "@/server/auth/providers/failure";

/** Logs why a sign-in with a provider failed, and redirects to the page that explains it. */
export function answerFailure(
  provider: string,
  failure: ProviderFailure,
  { purpose, callbackUrl }: { purpose: Purpose; callbackUrl: string },
): Response {
  logFailure(provider, failure);
  const query = new URLSearchParams({ failure: failure.kind, provider });
  if (purpose === "sign-in" && callbackUrl !== "/") query.set("callbackUrl", callbackUrl);
  const pages = {
    "sign-in": `/sign-in?${query}`,
    link: `/account?${query}#providers`,
    test: `${callbackUrl}?${query}`,
  };
  return new Response(null, { status: 303, headers: { Location: pages[purpose] } });
}
