import { getVerifiedXml } from "@node-saml/node-saml/lib/xml";
import { childrenOf } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";

export const isSigned = (element: Element): boolean => childrenOf(element, "signature", "Signature").length > 0;

/** The message for a signature that is not valid. */
export const badSignature =
  "the signature is of none of this provider's certificates, or the answer was changed: compare the certificates";

/**
 * Verifies the signature of an element by the provider's certificates, as `@node-saml/node-saml` does. Returns the XML
 * that the signature covers: nothing else of the element may be used.
 *
 * @param xml the document that contains the element
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
