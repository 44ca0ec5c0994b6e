import { promisify } from "node:util";
import { decrypt } from "xml-encryption";
import { log } from "@/server/platform/log";
import { childrenOf, isNamed, readXml } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { readAnswer } from "./encoded";
import type { OwnKeys } from "./keys";
import { isSigned, verifiedXml } from "./signature";

/**
 * Decrypts the assertion of an answer and verifies the signature of the answer or of the assertion. The decrypted XML
 * is checked like the answer itself.
 *
 * If the answer itself is not signed, any person can change its bytes and send it here as often as they like. So every
 * fault gets the same message until the signature of the assertion is verified: a more exact message would reveal the
 * encrypted content bit by bit. The log has the exact reason.
 *
 * @param xml the whole answer, whose root is `response`
 * @returns the assertion as it was signed
 * @throws Error
 */
export async function openEncrypted(
  provider: SamlSettings,
  { xml, response, keys }: { xml: string; response: Element; keys: OwnKeys },
): Promise<Element> {
  // If the answer is signed, verify it first, so that changed content is never decrypted.
  if (isSigned(response)) {
    const signed = readXml(verifiedXml(provider, xml, response)).documentElement;
    return readAssertion(await decrypted(signed, keys));
  }
  try {
    const inner = await decrypted(response, keys);
    const assertion = readAssertion(inner);
    if (!isSigned(assertion)) throw new Error("neither the answer nor its assertion is signed");
    return readAssertion(verifiedXml(provider, inner, assertion));
  } catch (error) {
    log.error({ provider: provider.id, err: error }, "an encrypted SAML assertion was refused");
    throw new Error(
      "the encrypted assertion cannot be decrypted, or nothing in it is signed by one of this provider's certificates. Register our metadata at the provider again and compare the certificates; the server's log says what is wrong",
    );
  }
}

function readAssertion(xml: string): Element {
  const assertion = readAnswer(xml);
  if (!isNamed(assertion, "assertion", "Assertion")) throw new Error("what was encrypted is no assertion");
  return assertion;
}

/**
 * Decrypts with the signing key or, if that fails, with the other key. `readAnswer` lets through only the allowed
 * algorithms. Of those that the library calls insecure, it allows AES-CBC but not PKCS #1 v1.5.
 */
async function decrypted(response: Element, { privateKey, other }: OwnKeys): Promise<string> {
  const [encrypted] = childrenOf(response, "assertion", "EncryptedAssertion");
  const openWith = (key: string) =>
    promisify(decrypt)(String(encrypted), {
      ...{ key, disallowDecryptionWithInsecureAlgorithm: false, warnInsecureAlgorithm: false },
    });
  try {
    return await openWith(privateKey).catch((error: unknown) => {
      if (!other) throw error;
      return openWith(other.privateKey);
    });
  } catch (error) {
    throw new Error(
      "the assertion cannot be decrypted: it is for another certificate than those of our metadata. Register our metadata at the provider again",
      { cause: error },
    );
  }
}
