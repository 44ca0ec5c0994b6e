import { promisify } from "node:util";
import { decrypt } from "xml-encryption";
import { attributeOf, elementsOf, isNamed, readXml } from "@/server/platform/saml/xml";
import { checkAlgorithms, checkText } from "./encoded";
import type { OwnKeys } from "./keys";

/**
 * Returns the assertion in an encrypted one, to look at before it is verified: what an answer may not have, it may not have in there either.
 *
 * @throws Error
 */
export async function openEncrypted(encrypted: Element, { privateKey }: OwnKeys): Promise<Element> {
  checkDigest(encrypted);
  const xml = await decrypted(encrypted.toString(), privateKey);
  checkText(xml);
  checkAlgorithms(xml);
  const assertion = readXml(xml).documentElement;
  if (!isNamed(assertion, "assertion", "Assertion")) throw new Error("what was encrypted is no assertion");
  return assertion;
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
    // One sentence for every cause: a more exact one would answer the question of an attacker who tries out changed ones.
    throw new Error(
      "the assertion cannot be decrypted: it is for another certificate than that of our metadata, or was changed. Register our metadata at the provider again",
      { cause: error },
    );
  }
}
