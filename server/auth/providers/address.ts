import { emailAddress } from "@/server/api/input";
import type { ProviderSettings } from "@/server/platform/settings/providers";

/**
 * The claims of a provider about a person, in an ID token or from its userinfo endpoint. Every value can have any type.
 */
export type Claims = Record<string, unknown>;

/**
 * Returns the address that a provider vouches for, in its stored form; null: there is none. An address that the person
 * merely typed at the provider proves nothing, since it may be another person's. It counts when the same claims say
 * that it is verified, or when the operator has set that this provider's addresses are trusted and the claims do not
 * deny it.
 */
export function vouchedAddress(
  { trustEmail, emailClaim }: Pick<ProviderSettings, "trustEmail" | "emailClaim">,
  claims: Claims,
): string | null {
  const address = emailAddress.safeParse(claims[emailClaim]);
  if (!address.success) return null;
  const { email_verified: said } = claims;
  // Some providers send booleans as text.
  const isVerified = emailClaim === "email" && (said === true || said === "true");
  const isDenied = said === false || said === "false";
  return isVerified || (trustEmail && !isDenied) ? address.data : null;
}

/** Checks whether the claims contain an address, vouched for or not. */
export function hasAddress({ emailClaim }: Pick<ProviderSettings, "emailClaim">, claims: Claims): boolean {
  return emailAddress.safeParse(claims[emailClaim]).success;
}
