import { emailAddress } from "@/server/api/input";
import type { ProviderSettings } from "@/server/platform/settings/providers";

/** What a provider says of a person, in an ID token or at its userinfo endpoint. Anything may stand anywhere in it. */
export type Claims = Record<string, unknown>;

/**
 * Returns the address that a provider vouches for, the way addresses are stored here; null: none. An address that was
 * merely typed at the provider proves nothing, since it may be another person's: it counts when the same claims say that it is
 * verified, or when the operator has said that this provider's addresses are to be trusted and the claims do not deny it.
 */
export function vouchedAddress(
  { trustEmail, emailClaim }: Pick<ProviderSettings, "trustEmail" | "emailClaim">,
  claims: Claims,
): string | null {
  const address = emailAddress.safeParse(claims[emailClaim]);
  if (!address.success) return null;
  const { email_verified: said } = claims;
  // Some providers write their booleans as text.
  const isVerified = emailClaim === "email" && (said === true || said === "true");
  const isDenied = said === false || said === "false";
  return isVerified || (trustEmail && !isDenied) ? address.data : null;
}

/** Checks whether claims have an address at all, vouched for or not. */
export function hasAddress({ emailClaim }: Pick<ProviderSettings, "emailClaim">, claims: Claims): boolean {
  return emailAddress.safeParse(claims[emailClaim]).success;
}
