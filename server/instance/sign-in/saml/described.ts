import { refuse } from "@/server/api/refusals";
import { isProtected } from "@/server/platform/private-network";
import { readCertificates, shownCertificate } from "@/server/platform/saml/certificates";
import { type Described, readMetadata } from "@/server/platform/saml/metadata";

type Entered = { metadata: string; issuer: string; signInUrl: string; signOutUrl: string; certificates: string };

/**
 * Returns the description of a SAML provider in a form: from its metadata, or from the parts that were entered instead.
 * Refuses invalid values at their fields.
 *
 * @param knownAs the entity ID of an existing provider, which cannot change
 */
export function readDescribed(entered: Entered, knownAs?: string): Described {
  const { metadata } = entered;
  const found = metadata === "" ? readParts(entered) : orRefuse("metadata", () => readMetadata(metadata));
  const at = (field: string) => (metadata === "" ? field : "metadata");
  if (knownAs !== undefined && found.issuer !== knownAs)
    throw wrong(at("issuer"), "This is another provider's: its entity ID differs. Add it as a provider of its own.");
  if (!/^[\x21-\x7e]{1,1024}$/.test(found.issuer))
    throw wrong(at("issuer"), "Enter the entity ID as the provider shows it, such as https://login.example.com/saml.");
  checkAddress(found.signInUrl, at("signInUrl"), "sign-in address");
  if (found.signOutUrl !== null) checkAddress(found.signOutUrl, at("signOutUrl"), "sign-out address");
  return found;
}

function readParts({ issuer, signInUrl, signOutUrl, certificates }: Entered): Described {
  if ([issuer, signInUrl, certificates].every((part) => part === ""))
    throw wrong("metadata", "Paste the provider's metadata, or enter its parts below.");
  if (certificates === "") throw wrong("certificates", "Enter the certificate that the provider signs with.");
  const described = { issuer, signInUrl, signOutUrl: signOutUrl || null, wantsSignedRequests: false };
  return { ...described, certificates: orRefuse("certificates", () => readCertificates(certificates)) };
}

function checkAddress(typed: string, field: string, what: string): void {
  if (!/^https?:\/\//i.test(typed) || !URL.canParse(typed))
    throw wrong(field, `Enter the provider's ${what}, like https://login.example.com/saml/sso.`);
  const { username, password, hash } = new URL(typed);
  if (username || password || hash) throw wrong(field, `Enter the ${what} without a password and without “#”.`);
  if (!isProtected(typed))
    throw wrong(field, `Enter a ${what} that begins with https://, unless it is on a private network.`);
}

function orRefuse<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrong(field, (error as Error).message);
  }
}

const wrong = (field: string, sentence: string) => refuse("invalid_input", { [field]: sentence });

/** Returns the fingerprints of certificates, for the audit log. */
export const fingerprintsOf = (certificates: readonly string[]) =>
  certificates.map((certificate) => shownCertificate(certificate).fingerprint);
