import { getVerifiedXml } from "@node-saml/node-saml/lib/xml";
import { childrenOf } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";

export const isSigned = (element: Element): boolean => childrenOf(element, "signature", "Signature").length > 0;

/** What is said of a signature that does not verify. */
export const badSignature =
  "the signature is of none of this provider's certificates, or the answer was changed: compare the certificates";

/**
 * Verifies the signature of an element in a document by the provider's certificates, as `@node-saml/node-saml` does. Returns the XML that it covers: nothing
 * else is to be read of the element.
 *
 * @param xml the document that the element is of
 * @throws Error
 */
export function verifiedXml(
  { certificates }: Pick<SamlSettings, "certificates">,
  xml: string,
  element: Element,
): string {
  const verified = getVerifiedXml(xml, element, certificates);
  if (verified === null) throw new Error(badSignature);
  return verified;
}
