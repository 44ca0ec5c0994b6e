import { SAML } from "@node-saml/node-saml";
import { env } from "@/server/platform/env";
import { isProtected } from "@/server/platform/private-network";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { type KeyPair, type OwnKeys, ownKeys } from "./keys";

/**
 * What a SAML provider needs to know of this instance: the entity ID, the addresses for answers and logout requests,
 * and the address of the metadata.
 */
export type ServiceAddresses = { entityId: string; acsUrl: string; logoutUrl: string; metadataUrl: string };

/** Returns these addresses by the provider's id. */
export function serviceAddresses({ id, clientId }: { id: string; clientId?: string }): ServiceAddresses {
  const metadataUrl = `${env().APP_URL}/api/auth/saml/${id}`;
  return {
    ...{ entityId: clientId ?? metadataUrl, acsUrl: `${metadataUrl}/acs` },
    ...{ logoutUrl: `${metadataUrl}/logout`, metadataUrl },
  };
}

/** Returns the ID of a request. In XML it has to begin like a name, so the state has a letter before it. */
export const requestIdOf = (state: string) => `_${state}`;

/** Returns the state of the request with an ID; undefined: the ID is not one of ours. */
export function stateOf(requestId: string | undefined): string | undefined {
  return /^_([\w-]{43})$/.exec(requestId ?? "")?.[1];
}

/** The library, with access to its check of an assertion whose signature is verified. */
class Service extends SAML {
  checkVerified(xml: string) {
    return this.processValidlySignedAssertionAsync(xml, xml, null);
  }
}

/**
 * Returns the library's view of a provider. `assertion.ts` checks times and recipients itself, because its messages say
 * what is wrong.
 *
 * @param signedBy the key pair that signs the request
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
    // The same for every provider: here is decided which identifier is used, and the provider decides how people
    // authenticate.
    ...{ identifierFormat: null, disableRequestedAuthnContext: true },
    ...(state !== undefined && { generateUniqueId: () => requestIdOf(state) }),
    ...(signedBy && { privateKey: signedBy.privateKey, signatureAlgorithm: "sha256" as const }),
  });
}

/**
 * Checks the audience of an assertion that was decrypted and whose signature was verified.
 *
 * @throws Error of the library
 */
export const checkAssertion = (provider: SamlSettings, xml: string) => service(provider).checkVerified(xml);

/**
 * Returns the address where a browser signs in at a provider, with the request in it, signed if the provider wants
 * that.
 */
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
 * Returns the address to which a browser goes back after a logout request, with the answer in it; null: the provider
 * has no such address.
 *
 * @param requestId the ID of the request that is answered
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
 * Returns the metadata document for a provider. `clientId`: our entity ID if the provider exists already. The document
 * always has our certificates, first that of the signing key: a provider that requires signed requests verifies them
 * with it, and one that encrypts assertions uses it for that.
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
  // The library names only one certificate for encryption and one binding for logout, and says that requests are signed
  // whenever there is a key.
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
