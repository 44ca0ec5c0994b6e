import { promisify } from "node:util";
import { decrypt } from "xml-encryption";
import { log } from "@/server/platform/log";
import { attributeOf, elementsOf, isNamed } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { readAnswer } from "./encoded";
import type { OwnKeys } from "./keys";
import { checkSignature, isSigned } from "./signature";

/**
 * Looks into an encrypted assertion before the library does: what an answer may not have, it may not have in there either.
 *
 * All people can change the bytes of one that nothing signs around it, and send it here as often as they like. So one sentence says all that is wrong
 * with it until the signature within is verified: a more exact one would tell them, bit by bit, what was encrypted. The log has the exact one.
 *
 * @param isVerified whether it is as the provider sent it, by a signature around it
 * @throws Error
 */
export async function checkEncrypted(
  provider: SamlSettings,
  encrypted: Element,
  { keys, isVerified }: { keys: OwnKeys; isVerified: boolean },
): Promise<void> {
  checkDigest(encrypted);
  try {
    const xml = await decrypted(encrypted.toString(), keys.privateKey);
    const assertion = readAnswer(xml);
    if (!isNamed(assertion, "assertion", "Assertion")) throw new Error("what was encrypted is no assertion");
    if (isVerified) return;
    if (!isSigned(assertion)) throw new Error("neither the answer nor its assertion is signed");
    checkSignature(provider, xml, assertion);
  } catch (error) {
    if (isVerified) throw error;
    log.error({ provider: provider.id, err: error }, "an encrypted SAML assertion was refused");
    throw new Error(
      "the encrypted assertion cannot be decrypted, or nothing in it is signed by one of this provider's certificates. Register our metadata at the provider again and compare the certificates; the server's log says what is wrong",
    );
  }
}

/** The library reads RSA-OAEP with SHA-1 alone and takes every other for it. */
function checkDigest(encrypted: Element): void {
  const digests = elementsOf(encrypted, "signature", "DigestMethod").map((each) => attributeOf(each, "Algorithm"));
  if (digests.some((named) => !named?.endsWith("xmldsig#sha1")))
    throw new Error("the assertion's key is encrypted by RSA-OAEP with another digest than SHA-1, which is not read");
}

async function decrypted(xml: string, key: string): Promise<string> {
  try {
    return await promisify(decrypt)(xml, { key, disallowDecryptionWithInsecureAlgorithm: true });
  } catch (error) {
    throw new Error(
      "the assertion cannot be decrypted: it is for another certificate than that of our metadata. Register our metadata at the provider again",
      { cause: error },
    );
  }
}
