import { createVerify } from "node:crypto";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import type { Origin } from "@/server/api/context";
import { attributeOf, childrenOf, isNamed, readXml, textOf } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { chargeLogout, endOnce, type Logout, LogoutRefused } from "../providers/logout";
import { decodeMessage, longestAnswer, readAnswer, readBase64 } from "./encoded";
import { ownKeys } from "./keys";
import { samlLogoutAnswerUrl, serviceAddresses } from "./service";
import { badSignature, isSigned, verifiedXml } from "./signature";

/** The greatest age of an accepted request, and how far the clocks may differ. */
const [oldestMs, skewMs] = [10 * 60_000, 3 * 60_000];

/** The hash functions by signature algorithm that a request in an address may use, all with RSA. */
const digests = new Map([
  ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "RSA-SHA256"],
  ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "RSA-SHA512"],
]);

/** A request as it arrives: in a form (HTTP-POST), or in the address (HTTP-Redirect). */
export type SentLogout = { form: FormData } | { query: string };

/** The result. `answerUrl`: where the browser is sent back to; null: the provider has no address for that. */
export type LoggedOut = { ended: number; answerUrl: string | null };

/**
 * Ends the sessions that a SAML provider's LogoutRequest names. A browser brings the request from the provider's page,
 * or the provider's server sends it. No cookies are read: only the signed content decides whose sessions end.
 *
 * @throws LogoutRefused; `too_many`; ProviderFailure when our own key cannot be read
 */
export async function endBySamlProvider(provider: SamlSettings, sent: SentLogout, origin: Origin): Promise<LoggedOut> {
  await chargeLogout(origin);
  const { logout, relayState } = await verifyLogoutRequest(provider, sent);
  const signedBy = provider.signOutUrl !== null && provider.signsRequests ? await ownKeys() : null;
  const ended = await endOnce(provider, logout, origin);
  const answerUrl = await samlLogoutAnswerUrl(provider, logout.id, { relayState, signedBy });
  return { ended, answerUrl };
}

/**
 * Verifies a LogoutRequest. The whole request has to be signed with one of the provider's certificates.
 *
 * @throws LogoutRefused
 */
export async function verifyLogoutRequest(
  provider: SamlSettings,
  sent: SentLogout,
  now = Date.now(),
): Promise<{ logout: Logout; relayState: string | null }> {
  try {
    const { request, relayState } =
      "form" in sent ? readForm(provider, sent.form) : await readAddress(provider, sent.query);
    return { logout: readRequest(provider, request, now), relayState };
  } catch (error) {
    if (error instanceof LogoutRefused) throw error;
    throw new LogoutRefused(`the logout request is not accepted: ${(error as Error).message}`, { cause: error });
  }
}

type Sent = { request: Element; relayState: string | null };

/** Parses a request from a form, again from the bytes that its signature covers. */
function readForm(provider: SamlSettings, form: FormData): Sent {
  const xml = decodeMessage(form.get("SAMLRequest"), "SAMLRequest");
  const outer = readAnswer(xml);
  if (!isSigned(outer)) throw new Error("it is not signed");
  return {
    request: readXml(verifiedXml(provider, xml, outer)).documentElement,
    relayState: stateIn(form.get("RelayState")),
  };
}

/** Parses a request from an address. The signature covers exactly the characters that the browser sent. */
async function readAddress({ certificates }: SamlSettings, query: string): Promise<Sent> {
  const raw = rawParameters(query);
  const [asked, relayed, named] = ["SAMLRequest", "RelayState", "SigAlg"].map((name) => raw.get(name));
  if (!asked) throw new Error("the address has no SAMLRequest");
  const signature = raw.get("Signature");
  if (!signature || !named) throw new Error("it is not signed");
  const digest = digests.get(decodeURIComponent(named));
  if (!digest) throw new Error("its signature is not made with RSA and SHA-256 or SHA-512");
  const signed = [
    `SAMLRequest=${asked}`,
    ...(relayed === undefined ? [] : [`RelayState=${relayed}`]),
    `SigAlg=${named}`,
  ];
  const bytes = readBase64(plain(signature), "signature");
  if (!certificates.some((certificate) => createVerify(digest).update(signed.join("&")).verify(certificate, bytes)))
    throw new Error(badSignature);
  const packed = readBase64(plain(asked), "SAMLRequest");
  const inflated = await promisify(inflateRaw)(packed, { maxOutputLength: longestAnswer });
  return { request: readAnswer(utf8(inflated)), relayState: stateIn(relayed === undefined ? null : plain(relayed)) };
}

/**
 * Returns the parameters of an address without decoding them. Each may occur only once: a second one could be unsigned.
 */
function rawParameters(query: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of query.replace(/^\?/, "").split("&").filter(Boolean)) {
    const [, name = "", value = ""] = /^([^=]*)=?([\s\S]*)$/.exec(part) ?? [];
    if (found.has(name)) throw new Error(`the address has ${name.slice(0, 40)} more than once`);
    found.set(name, value);
  }
  return found;
}

const plain = (value: string) => decodeURIComponent(value.replaceAll("+", "%20"));
const utf8 = (bytes: Buffer) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
const stateIn = (value: unknown) => (typeof value === "string" && value !== "" && value.length <= 1_000 ? value : null);

function readRequest(provider: SamlSettings, request: Element, now: number): Logout {
  if (!isNamed(request, "protocol", "LogoutRequest")) throw new Error("this is no LogoutRequest");
  const id = attributeOf(request, "ID");
  if (!id || id.length > 1_000) throw new Error("it has no usable ID");
  const issuer = textOf(childrenOf(request, "assertion", "Issuer")[0]);
  if (issuer !== provider.issuer)
    throw new Error(`it is of another provider: ${issuer.slice(0, 300) || "it names none"}`);
  const { logoutUrl } = serviceAddresses(provider);
  const destination = attributeOf(request, "Destination");
  // Without this check, a request made for another application of the same provider could be used here.
  if (destination !== logoutUrl)
    throw new Error(`it is for another address than ${logoutUrl}: ${destination?.slice(0, 300) || "it names none"}`);
  checkTime(request, now);
  return { id, ...whoseSessions(provider, request) };
}

function checkTime(request: Element, now: number): void {
  const [made, until] = ["IssueInstant", "NotOnOrAfter"].map((name) => {
    const said = attributeOf(request, name);
    return said === undefined ? undefined : Date.parse(said);
  });
  if (made === undefined || Number.isNaN(made)) throw new Error("it has no usable IssueInstant");
  if (made > now + skewMs)
    throw new Error("it is of the future: the provider's clock is ahead of the one of this server");
  if (made <= now - oldestMs - skewMs || (until !== undefined && !(until > now - skewMs)))
    throw new Error("it has expired: it came late, or the provider's clock is behind the one of this server");
}

/**
 * Returns which sessions a request names. A NameID identifies a person only if accounts are linked by it; otherwise
 * only the provider's session ids decide.
 */
function whoseSessions(provider: SamlSettings, request: Element): Pick<Logout, "subject" | "sessions"> {
  const sessions = childrenOf(request, "protocol", "SessionIndex").map(textOf).filter(Boolean);
  if (sessions.length > 100 || sessions.some((session) => session.length > 1_000))
    throw new Error("it names too many sessions");
  const nameId = textOf(childrenOf(request, "assertion", "NameID")[0]);
  const subject = provider.subjectClaim === null && nameId !== "" ? nameId : null;
  if (subject === null && sessions.length === 0)
    throw new Error(
      provider.subjectClaim === null
        ? "it names neither a person (NameID, not encrypted) nor a session (SessionIndex)"
        : "it names no session (SessionIndex), and accounts are linked by an attribute that it cannot have",
    );
  return { subject, sessions };
}
