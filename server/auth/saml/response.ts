import { attributeOf, childrenOf, isNamed, readXml, textOf } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { ProviderFailure } from "../providers/failure";
import { type Confirmed, confirm } from "./assertion";
import { decodeMessage, readAnswer } from "./encoded";
import { openEncrypted } from "./encrypted";
import { type OwnKeys, ownKeys } from "./keys";
import { readSaid, type Said } from "./said";
import { checkAssertion, service, serviceAddresses } from "./service";
import { badSignature, isSigned, verifiedXml } from "./signature";

const status = "urn:oasis:names:tc:SAML:2.0:status";

const unusable = (message: string, cause?: unknown) => new ProviderFailure("misconfigured", message, { cause });

/**
 * Verifies a provider's answer, as a browser's form brings it. Content outside the verified assertion is read first
 * only to name faults; none of it is used.
 *
 * @throws ProviderFailure `misconfigured`, `clock`, `unsolicited`, `cancelled`
 */
export async function verifyResponse(
  provider: SamlSettings,
  encoded: unknown,
  { now = Date.now(), keys = ownKeys }: { now?: number; keys?: () => Promise<OwnKeys> } = {},
): Promise<Confirmed & { said: Said }> {
  const { xml, response } = readResponse(encoded);
  checkOutside(provider, response);
  const isEncrypted = childrenOf(response, "assertion", "EncryptedAssertion").length > 0;
  const decryptedBy = isEncrypted ? await keys() : null;
  let opened: Element | null = null;
  try {
    if (decryptedBy) opened = await openEncrypted(provider, { xml, response, keys: decryptedBy });
    // A valid signature of the assertion does not excuse an invalid one of the answer.
    else if (isSigned(response)) verifiedXml(provider, xml, response);
    else if (!assertionsOf(response).some(isSigned)) throw new Error("neither the answer nor its assertion is signed");
  } catch (error) {
    throw unusable((error as Error).message);
  }
  const assertion = await signedAssertion(provider, opened ?? String(encoded));
  const confirmed = confirm(provider, assertion, now);
  return { ...confirmed, said: readSaid(provider, assertion) };
}

function readResponse(encoded: unknown): { xml: string; response: Element } {
  try {
    const xml = decodeMessage(encoded, "SAMLResponse");
    const response = readAnswer(xml);
    if (!isNamed(response, "protocol", "Response")) throw new Error("this is no SAML response");
    return { xml, response };
  } catch (error) {
    throw unusable((error as Error).message);
  }
}

function checkOutside(provider: SamlSettings, response: Element): void {
  const issuer = textOf(childrenOf(response, "assertion", "Issuer")[0]);
  if (issuer !== "" && issuer !== provider.issuer)
    throw unusable(`the answer is of another provider: ${issuer.slice(0, 300)}`);
  const { acsUrl } = serviceAddresses(provider);
  const destination = attributeOf(response, "Destination");
  if (destination !== undefined && destination !== acsUrl)
    throw unusable(`the answer is for another address than ${acsUrl}: ${destination.slice(0, 300)}`);
  checkStatus(response);
  const { length } = assertionsOf(response);
  if (length !== 1) throw unusable(`the answer has ${length === 0 ? "no assertion" : "several assertions"}`);
}

const assertionsOf = (response: Element) =>
  ["Assertion", "EncryptedAssertion"].flatMap((name) => childrenOf(response, "assertion", name));

function checkStatus(response: Element): void {
  const [said] = childrenOf(response, "protocol", "Status");
  const [outer] = said ? childrenOf(said, "protocol", "StatusCode") : [];
  const [inner] = outer ? childrenOf(outer, "protocol", "StatusCode") : [];
  const codes = [outer, inner].map((code) => (code && attributeOf(code, "Value")) ?? "");
  if (codes[0] === `${status}:Success`) return;
  const words = [
    ...codes.map((code) => code.split(":").at(-1)),
    textOf(said && childrenOf(said, "protocol", "StatusMessage")[0]),
  ];
  const message = `the provider did not sign the person in: ${words.filter(Boolean).join(", ").slice(0, 300) || "no status"}`;
  const isTurnedBack = codes.some((code) => code === `${status}:AuthnFailed` || code === `${status}:RequestDenied`);
  throw new ProviderFailure(isTurnedBack ? "cancelled" : "misconfigured", message);
}

/**
 * Returns the assertion as it was signed, parsed again from the bytes that the signature covers, so that content around
 * it cannot replace it. A decrypted assertion is that already; the library checks its audience.
 */
async function signedAssertion(provider: SamlSettings, sent: Element | string): Promise<Element> {
  try {
    const { profile } =
      typeof sent === "string"
        ? await service(provider).validatePostResponseAsync({ SAMLResponse: sent })
        : await checkAssertion(provider, sent.toString());
    const xml = (profile?.getAssertionXml as (() => string) | undefined)?.();
    const assertion = xml ? readXml(xml).documentElement : null;
    if (!assertion || !isNamed(assertion, "assertion", "Assertion")) throw new Error("there is no signed assertion");
    return assertion;
  } catch (error) {
    const { message } = error as Error;
    if (/^Invalid (document )?signature( from encrypted assertion)?$/.test(message))
      throw unusable(badSignature, error);
    throw unusable(
      error instanceof TypeError ? "the assertion has no conditions" : "the answer cannot be verified",
      error,
    );
  }
}
