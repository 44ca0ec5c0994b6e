import type { AnyProvider } from "@/server/platform/settings/providers";
import { hasAddress, vouchedAddress } from "./address";
import type { ProviderAnswer } from "./client";
import { ProviderFailure } from "./failure";
import { ownerOf } from "./queries";

/** The parts of a provider's claims that are used. */
export type Who = { email: string | null; name: string | null };

/**
 * Returns the person to sign in. Only a new person needs an address, which some providers send only at their userinfo
 * endpoint.
 *
 * @throws ProviderFailure `unverified`, `no_address`
 */
export async function personOf(provider: AnyProvider, { subject, claims, askMore }: ProviderAnswer): Promise<Who> {
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
      provider.protocol === "saml"
        ? "a SAML provider does not say that an address is verified: unless its addresses are trusted, it makes no account"
        : "a provider does not say that an address is verified (email_verified): unless its addresses are trusted, it makes no account",
    );
  throw new ProviderFailure(
    "no_address",
    "a provider tells no e-mail address, in the ID token, at userinfo or in its assertion",
  );
}
