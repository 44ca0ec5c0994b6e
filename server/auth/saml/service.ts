import { SAML } from "@node-saml/node-saml";
import { env } from "@/server/platform/env";
import { isProtected } from "@/server/platform/private-network";
import type { SamlSettings } from "@/server/platform/settings/providers";

/** What a SAML provider is told of us: our entity ID, the address that takes its answers, and the one that describes both. */
export type ServiceAddresses = { entityId: string; acsUrl: string; metadataUrl: string };

/** Returns what a provider is told of us, by the provider's id. */
export function serviceAddresses({ id, clientId }: { id: string; clientId?: string }): ServiceAddresses {
  const metadataUrl = `${env().APP_URL}/api/auth/saml/${id}`;
  return { entityId: clientId ?? metadataUrl, acsUrl: `${metadataUrl}/acs`, metadataUrl };
}

/** A request's ID has to begin like a name in XML, so the state has a letter before it. */
export const requestIdOf = (state: string) => `_${state}`;

/** Returns the state that the request with an ID went out with; undefined: this is no ID of ours. */
export function stateOf(requestId: string | undefined): string | undefined {
  return /^_([\w-]{43})$/.exec(requestId ?? "")?.[1];
}

/** Returns the library's view of a provider. Times and to whom an assertion is confirmed are checked by `assertion.ts`, which says what is wrong. */
export function service(provider: SamlSettings, state?: string): SAML {
  const { entityId, acsUrl } = serviceAddresses(provider);
  return new SAML({
    ...{ entryPoint: provider.signInUrl, issuer: entityId, audience: entityId, callbackUrl: acsUrl },
    ...{ idpCert: provider.certificates, wantAuthnResponseSigned: false, wantAssertionsSigned: false },
    acceptedClockSkewMs: -1,
    // Whatever the provider has: what names a person is decided here, and how people show who they are, there.
    ...{ identifierFormat: null, disableRequestedAuthnContext: true },
    ...(state !== undefined && { generateUniqueId: () => requestIdOf(state) }),
  });
}

/** Returns where a browser signs in at a provider, with the request in the address. */
export async function samlSignInUrl(provider: SamlSettings, state: string): Promise<string> {
  if (!isProtected(provider.signInUrl))
    throw new Error("the sign-in address is neither https nor on a private network");
  return service(provider, state).getAuthorizeUrlAsync(state, undefined, {});
}

/** Returns the document by which a provider learns of us. `clientId`: our entity ID where the provider is there already. */
export function serviceMetadata(provider: { id: string; clientId?: string }): string {
  const { entityId, acsUrl } = serviceAddresses(provider);
  const described = new SAML({
    ...{ issuer: entityId, callbackUrl: acsUrl, idpCert: "none", identifierFormat: null, wantAssertionsSigned: true },
    generateUniqueId: () => `_${provider.id}`,
  });
  return described.generateServiceProviderMetadata(null, null);
}
