import { X509Certificate } from "node:crypto";

/** The most certificates of a provider: two while it changes them, and some to spare. */
export const mostCertificates = 5;

/** The data of a certificate that operators compare with what the provider shows. */
export type ShownCertificate = { subject: string; fingerprint: string; validTo: Date };

/**
 * Returns the certificates in a text, as PEM. The text has several PEM blocks, or one certificate without its first and
 * last line, as in metadata.
 *
 * @throws Error with a sentence for the form field
 */
export function readCertificates(text: string): string[] {
  const blocks = blocksOf(text);
  const bodies = blocks.length > 0 ? blocks : [text];
  if (/PRIVATE KEY/.test(text)) throw new Error("This has a private key. Enter the certificate alone.");
  if (bodies.length > mostCertificates) throw new Error(`Enter at most ${mostCertificates} certificates.`);
  return [...new Set(bodies.map(readOne))];
}

/**
 * Splits instead of using a pattern: with a pattern, each of many beginnings without an end would take time
 * proportional to the text.
 */
function blocksOf(text: string): string[] {
  return text
    .split("-----BEGIN CERTIFICATE-----")
    .slice(1)
    .map((part) => part.split("-----END CERTIFICATE-----", 2))
    .flatMap(([body = "", after]) => (after === undefined ? [] : [body]));
}

function readOne(body: string): string {
  const packed = body.replace(/\s+/g, "");
  let certificate: X509Certificate;
  try {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) throw new Error("no Base64");
    certificate = new X509Certificate(Buffer.from(packed, "base64"));
  } catch {
    throw new Error("Enter the certificate as PEM: it begins with -----BEGIN CERTIFICATE-----.");
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== "rsa")
    throw new Error("The certificate's key is not RSA. Have the provider sign with RSA.");
  if ((asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    throw new Error("The certificate's key is shorter than 2048 bits. Have the provider use a longer one.");
  return certificate.toString().trim();
}

/** Returns the shown data of a certificate. Its dates are not checked: it counts because an operator has entered it. */
export function shownCertificate(pem: string): ShownCertificate {
  const { subject, fingerprint256, validTo } = new X509Certificate(pem);
  return { subject: subject.split("\n").join(", "), fingerprint: fingerprint256, validTo: new Date(validTo) };
}
