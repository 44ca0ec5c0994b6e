import { logFailure, type ProviderFailure } from "@/server/auth/providers/failure";

/** Logs why a sign-in with a provider failed, and redirects to the page that explains it. */
export function answerFailure(
  provider: string,
  failure: ProviderFailure,
  { isLinking, callbackUrl }: { isLinking: boolean; callbackUrl: string },
): Response {
  logFailure(provider, failure);
  const query = new URLSearchParams({ failure: failure.kind, provider });
  if (!isLinking && callbackUrl !== "/") query.set("callbackUrl", callbackUrl);
  const location = isLinking ? `/account?${query}#providers` : `/sign-in?${query}`;
  return new Response(null, { status: 303, headers: { Location: location } });
}
