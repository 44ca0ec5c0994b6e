import { SAML } from "@node-saml/node-saml";
import { env } from "@/server/platform/env";
import { isProtected } from "@/server/platform/private-network";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { type KeyPair, type OwnKeys, ownKeys } from "./keys";

/** What a SAML provider is told of us: our entity ID, the addresses that take its answers and its logout requests, and the one that describes them. */
export type ServiceAddresses = { entityId: string; acsUrl: string; logoutUrl: string; metadataUrl: string };

/** Returns it, by the provider's id. */
export function serviceAddresses({ id, clientId }: { id: string; clientId?: string }): ServiceAddresses {
  const metadataUrl = `${env().APP_URL}/api/auth/saml/${id}`;
  return {
    ...{ entityId: clientId ?? metadataUrl, acsUrl: `${metadataUrl}/acs` },
    ...{ logoutUrl: `${metadataUrl}/logout`, metadataUrl },
  };
}

/** A request's ID has to begin like a name in XML, so the state has a letter before it. */
export const requestIdOf = (state: string) => `_${state}`;

/** Returns the state that the request with an ID went out with; undefined: this is no ID of ours. */
export function stateOf(requestId: string | undefined): string | undefined {
  return /^_([\w-]{43})$/.exec(requestId ?? "")?.[1];
}

/** The library, with the part of it that reads an assertion whose signature is verified. */
class Service extends SAML {
  checkVerified(xml: string) {
    return this.processValidlySignedAssertionAsync(xml, xml, null);
  }
}

/**
 * Returns the library's view of a provider. Times and to whom an assertion is confirmed are checked by `assertion.ts`, which says what is wrong.
 *
 * @param signedBy signs the request
 */
export function service(
  provider: SamlSettings,
  { state, signedBy }: { state?: string; signedBy?: KeyPair | null } = {},
): Service {
  const { entityId, acsUrl } = serviceAddresses(provider);
  return new Service({
    ...{ entryPoint: provider.signInUrl, issuer: entityId, audience: entityId, callbackUrl: acsUrl },
    ...(provider.signOutUrl !== null && { logoutUrl: provider.signOutUrl }),
    ...{ idpCert: provider.certificates, wantAuthnResponseSigned: false, wantAssertionsSigned: false },
    acceptedClockSkewMs: -1,
    // Whatever the provider has: what names a person is decided here, and how people show who they are, there.
    ...{ identifierFormat: null, disableRequestedAuthnContext: true },
    ...(state !== undefined && { generateUniqueId: () => requestIdOf(state) }),
    ...(signedBy && { privateKey: signedBy.privateKey, signatureAlgorithm: "sha256" as const }),
  });
}

/**
 * Checks for whom an assertion is that was decrypted and whose signature was verified.
 *
 * @throws Error of the library
 */
export const checkAssertion = (provider: SamlSettings, xml: string) => service(provider).checkVerified(xml);

/** Returns where a browser signs in at a provider, with the request in the address, signed where the provider wants that. */
export async function samlSignInUrl(
  provider: SamlSettings,
  state: string,
  keys: () => Promise<KeyPair> = ownKeys,
): Promise<string> {
  if (!isProtected(provider.signInUrl))
    throw new Error("the sign-in address is neither https nor on a private network");
  const signedBy = provider.signsRequests ? await keys() : null;
  return service(provider, { state, signedBy }).getAuthorizeUrlAsync(state, undefined, {});
}

/**
 * Returns where a browser goes back to that has brought a logout request, with the answer in the address; null: the provider names no address.
 *
 * @param requestId of the request that is answered
 */
export async function samlLogoutAnswerUrl(
  provider: SamlSettings,
  requestId: string,
  { relayState, signedBy }: { relayState: string | null; signedBy: KeyPair | null },
): Promise<string | null> {
  const { signOutUrl } = provider;
  if (signOutUrl === null) return null;
  if (!isProtected(signOutUrl)) throw new Error("the sign-out address is neither https nor on a private network");
  const asked = { ID: requestId, issuer: provider.issuer, nameID: "", nameIDFormat: "" };
  return service(provider, { signedBy }).getLogoutResponseUrlAsync(asked, relayState ?? "", {}, true);
}

const bodyOf = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, "");

/**
 * Returns the document by which a provider learns of us. `clientId`: our entity ID where the provider is there already. It always has our
 * certificates, first that of the key which signs: a provider that wants signed requests checks them with it, and one that encrypts assertions does so for it.
 */
export function serviceMetadata(
  provider: { id: string; clientId?: string; signsRequests?: boolean },
  { certificate, privateKey, other }: OwnKeys,
): string {
  const { entityId, acsUrl, logoutUrl } = serviceAddresses(provider);
  const described = new SAML({
    ...{ issuer: entityId, callbackUrl: acsUrl, idpCert: "none", identifierFormat: null, wantAssertionsSigned: true },
    logoutCallbackUrl: logoutUrl,
    ...{ privateKey, decryptionPvk: privateKey, generateUniqueId: () => `_${provider.id}` },
  });
  const xml = described.generateServiceProviderMetadata(certificate, [
    certificate,
    ...(other ? [other.certificate] : []),
  ]);
  // The library names one certificate to encrypt for, one way to ask for a logout, and says that requests are signed wherever there is a key.
  const complete = xml
    .replace(/( *)<KeyDescriptor use="encryption">[\s\S]*?<\/KeyDescriptor>/, (one) =>
      other ? `${one}\n${one.replace(/(X509Certificate>)[^<]+/, `$1${bodyOf(other.certificate)}`)}` : one,
    )
    .replace(
      /( *)<SingleLogoutService [^>]*HTTP-POST"[^>]*\/>/,
      (post) => `${post.replace("HTTP-POST", "HTTP-Redirect")}\n${post}`,
    );
  return provider.signsRequests
    ? complete
    : complete.replace('AuthnRequestsSigned="true"', 'AuthnRequestsSigned="false"');
}
