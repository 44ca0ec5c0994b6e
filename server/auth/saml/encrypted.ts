import { promisify } from "node:util";
import { decrypt } from "xml-encryption";
import { log } from "@/server/platform/log";
import { childrenOf, isNamed, readXml } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { readAnswer } from "./encoded";
import type { OwnKeys } from "./keys";
import { isSigned, verifiedXml } from "./signature";

/**
 * Opens the encrypted assertion of an answer and verifies the signature around it, or the one within. What an answer may not have, it may not have in there
 * either.
 *
 * All people can change the bytes of one that nothing signs around it, and send it here as often as they like. So one sentence says all that is wrong
 * with it until the signature within is verified: a more exact one would tell them, bit by bit, what was encrypted. The log has the exact one.
 *
 * @param xml the whole answer, whose root is `response`
 * @returns the assertion as it was signed
 * @throws Error
 */
export async function openEncrypted(
  provider: SamlSettings,
  { xml, response, keys }: { xml: string; response: Element; keys: OwnKeys },
): Promise<Element> {
  // Nothing that the provider has signed and that was changed is decrypted.
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
 * Decrypts with the key that signs, or with the one beside it. Only the ways that `readAnswer` lets in arrive here: what the library takes for insecure besides
 * are AES-CBC and PKCS #1 v1.5, of which the latter is not among them.
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
