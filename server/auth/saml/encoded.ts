import { attributesOf, declaresType, elementsIn, isNamed, readXml } from "@/server/platform/saml/xml";
import { checkShape } from "./shape";

/** More than any answer with a thousand groups or any request needs, and much less than a form may hold. */
export const longestAnswer = 400_000;

/**
 * The algorithms that an answer may name anywhere. SHA-1 is not among them, nor a signature with a shared secret: the
 * certificate would be used as that secret, and it is public.
 */
const algorithms = new Set([
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
  "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
  "http://www.w3.org/2001/04/xmlenc#sha256",
  "http://www.w3.org/2001/04/xmlenc#sha512",
  "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
  "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
  "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
  "http://www.w3.org/2001/10/xml-exc-c14n#",
  "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
]);

/** RSA-OAEP: with MGF1 by SHA-1, or by the algorithm that the message names. */
const oaep = ["http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep"];

/**
 * How an assertion may be encrypted. RSA with PKCS #1 v1.5 is not among them: whether decryption fails or not has told
 * attackers the encrypted content.
 */
const encryptions = new Set([
  "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
  "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
  "http://www.w3.org/2009/xmlenc11#aes128-gcm",
  "http://www.w3.org/2009/xmlenc11#aes256-gcm",
  ...oaep,
  ...["mgf1sha1", "mgf1sha256", "mgf1sha512"].map((name) => `http://www.w3.org/2009/xmlenc11#${name}`),
]);

/**
 * SHA-1 as the digest of RSA-OAEP, where its weakness does not matter; providers send it. No other element may name it.
 */
const oaepDigest = "http://www.w3.org/2000/09/xmldsig#sha1";

/**
 * Decodes the XML in a form's field.
 *
 * @throws Error
 */
export function decodeMessage(encoded: unknown, name: "SAMLResponse" | "SAMLRequest"): string {
  if (typeof encoded !== "string" || encoded === "") throw new Error(`the form has no ${name}`);
  if (encoded.length > longestAnswer) throw new Error(`the ${name} is too long`);
  return utf8(readBase64(encoded, name));
}

/** Decodes base64. @throws Error that contains `name` */
export function readBase64(encoded: string, name: string): Buffer {
  const packed = encoded.replace(/\s+/g, "");
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) throw new Error(`the ${name} is no Base64`);
  return Buffer.from(packed, "base64");
}

/**
 * Parses the XML of an answer, or of its decrypted assertion. Every person can send it, so it is checked before a
 * parser sees it, in time that is linear in its length.
 *
 * @throws Error
 */
export function readAnswer(xml: string): Element {
  checkText(xml);
  checkShape(xml);
  checkAlgorithms(xml);
  const root = readXml(xml).documentElement;
  checkDigests(root);
  return root;
}

/**
 * Refuses comments, CDATA, processing instructions and document types: no provider needs them, and parsers have
 * disagreed about the text around them.
 */
function checkText(xml: string): void {
  if (declaresType(xml)) throw new Error("XML with a document type or entities is not read");
  if (/<!/.test(xml)) throw new Error("XML with comments or CDATA is not read");
  if (/<\?/.test(xml.replace(/^<\?xml\s[^?<>]*\?>/, "")))
    throw new Error("XML with processing instructions is not read");
  const said = /^<\?xml\s[^?<>]*encoding\s*=\s*["']([^"']*)["']/i.exec(xml)?.[1] ?? "utf-8";
  if (!/^(utf-8|us-ascii)$/i.test(said)) throw new Error("the XML is not UTF-8");
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error("the XML is not UTF-8", { cause: error });
  }
}

/**
 * Refuses an answer that names another algorithm. This searches the text, in which nothing can be hidden: there are
 * neither comments nor CDATA, and an algorithm that is written with character references is not one of the known ones.
 */
function checkAlgorithms(xml: string): void {
  for (const [, , double, single] of xml.matchAll(/\bAlgorithm\s*=\s*("([^"]*)"|'([^']*)')/g)) {
    const named = double ?? single ?? "";
    if (algorithms.has(named) || encryptions.has(named) || named === oaepDigest) continue;
    if (/xmlenc/.test(named))
      throw new Error(
        `the assertion is encrypted in a way that is not read: ${named.slice(0, 100)}. Use AES-GCM or AES-CBC with 128 or 256 bits, and RSA-OAEP with SHA-256 or SHA-1`,
      );
    if (/sha1/i.test(named)) throw sha1();
    throw new Error(`the answer names an algorithm that is not accepted: ${named.slice(0, 100)}`);
  }
}

/** Refuses SHA-1 except as the digest of RSA-OAEP. Only the parsed elements show where it stands. */
function checkDigests(root: Element): void {
  for (const element of elementsIn(root)) {
    const named = attributesOf(element, "Algorithm");
    if (named.includes(oaepDigest) && !(named.length === 1 && isOaepDigest(element))) throw sha1();
  }
}

function isOaepDigest(element: Element): boolean {
  const method = element.parentNode as Element | null;
  return (
    isNamed(element, "signature", "DigestMethod") &&
    isNamed(method, "encryption", "EncryptionMethod") &&
    oaep.includes(method?.getAttribute("Algorithm") ?? "")
  );
}

const sha1 = () => new Error("the answer is signed with SHA-1, which is not accepted: set the provider to SHA-256");
