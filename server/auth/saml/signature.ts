import { getVerifiedXml } from "@node-saml/node-saml/lib/xml";
import { childrenOf } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";

export const isSigned = (element: Element): boolean => childrenOf(element, "signature", "Signature").length > 0;

/** What is said of a signature that does not verify. */
export const badSignature =
  "the signature is of none of this provider's certificates, or the answer was changed: compare the certificates";

/**
 * Checks the signature of an element in a document by the provider's certificates, in the way in which `@node-saml/node-saml` does it once more.
 *
 * @param xml the document that the element is of
 * @throws Error
 */
export function checkSignature({ certificates }: SamlSettings, xml: string, element: Element): void {
  if (getVerifiedXml(xml, element, certificates) === null) throw new Error(badSignature);
}
