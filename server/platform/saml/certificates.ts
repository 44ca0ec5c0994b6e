import { X509Certificate } from "node:crypto";

/** As many may be there at once: two while a provider changes them, and some to spare. */
export const mostCertificates = 5;

/** A certificate as operators compare it with what the provider shows. */
export type ShownCertificate = { subject: string; fingerprint: string; validTo: Date };

/**
 * Returns the certificates in a text, as PEM: several blocks of PEM one after another, or one certificate without its first and last line, as
 * metadata has it.
 *
 * @throws Error a sentence for the field
 */
export function readCertificates(text: string): string[] {
  const blocks = blocksOf(text);
  const bodies = blocks.length > 0 ? blocks : [text];
  if (/PRIVATE KEY/.test(text)) throw new Error("This has a private key. Enter the certificate alone.");
  if (bodies.length > mostCertificates) throw new Error(`Enter at most ${mostCertificates} certificates.`);
  return [...new Set(bodies.map(readOne))];
}

/** Split, and not searched by a pattern: many beginnings without an end would take one its length for each. */
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

/** Returns what is shown of a certificate. Its dates decide nothing: what counts is that an operator has entered it. */
export function shownCertificate(pem: string): ShownCertificate {
  const { subject, fingerprint256, validTo } = new X509Certificate(pem);
  return { subject: subject.split("\n").join(", "), fingerprint: fingerprint256, validTo: new Date(validTo) };
}
