import { attributeOf, childrenOf, textOf } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { minutes, skewMs } from "../providers/clock";
import { ProviderFailure } from "../providers/failure";
import { serviceAddresses, stateOf } from "./service";

/** The greatest age of an accepted assertion, whatever lifetime it claims: a person's browser delivers it at once. */
export const longestLifeMs = 10 * 60_000;

const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

const unusable = (message: string) => new ProviderFailure("misconfigured", message);

/** What a valid assertion proves: for which sign-in it was made, and until when it could be used again. */
export type Confirmed = { id: string; state: string; usableUntil: Date };

/**
 * Checks that a verified assertion was made by this provider, for this address, now, and for a sign-in that began here.
 * The signature and the audience were checked before.
 *
 * @throws ProviderFailure `misconfigured`, `clock`, `unsolicited`
 */
export function confirm(provider: SamlSettings, assertion: Element, now: number): Confirmed {
  const id = attributeOf(assertion, "ID");
  if (!id) throw unusable("the assertion has no ID");
  const issuer = textOf(childrenOf(assertion, "assertion", "Issuer")[0]);
  if (issuer !== provider.issuer)
    throw unusable(`the assertion is of another provider: ${issuer.slice(0, 300) || "it names none"}`);
  if (childrenOf(assertion, "assertion", "AuthnStatement").length === 0)
    throw unusable("the assertion does not say that a person has signed in (AuthnStatement)");
  const issuedAt = moment(attributeOf(assertion, "IssueInstant"), "IssueInstant");
  checkClock(now, issuedAt);
  for (const conditions of childrenOf(assertion, "assertion", "Conditions")) checkPeriod(conditions, now, issuedAt);
  const { inResponseTo } = checkConfirmation(provider, assertion, { now, issuedAt });
  const state = stateOf(inResponseTo);
  if (!state) throw unusable("the assertion answers a request that was not made here");
  return { id, state, usableUntil: new Date(now + longestLifeMs + 2 * skewMs) };
}

/**
 * Checks that one of the subject confirmations is a bearer confirmation for this address; the others are for other
 * parties.
 */
function checkConfirmation(
  provider: SamlSettings,
  assertion: Element,
  { now, issuedAt }: { now: number; issuedAt: number },
): { inResponseTo: string } {
  const { acsUrl } = serviceAddresses(provider);
  const [subject] = childrenOf(assertion, "assertion", "Subject");
  const offered = (subject ? childrenOf(subject, "assertion", "SubjectConfirmation") : [])
    .filter((each) => attributeOf(each, "Method") === bearer)
    .flatMap((each) => childrenOf(each, "assertion", "SubjectConfirmationData"));
  if (offered.length === 0) throw unusable("the assertion has no bearer confirmation");
  const ours = offered.find((each) => attributeOf(each, "Recipient") === acsUrl);
  if (!ours) {
    const others = offered.map((each) => attributeOf(each, "Recipient") ?? "none").join(", ");
    throw unusable(`the assertion is for another recipient than ${acsUrl}: ${others.slice(0, 300)}`);
  }
  if (!ours.hasAttribute("NotOnOrAfter")) throw unusable("the confirmation does not say until when it holds");
  checkPeriod(ours, now, issuedAt);
  const inResponseTo = attributeOf(ours, "InResponseTo");
  if (!inResponseTo)
    throw new ProviderFailure("unsolicited", "the sign-in was begun at the provider (no InResponseTo)");
  return { inResponseTo };
}

function checkClock(now: number, issuedAt: number): void {
  if (issuedAt > now + skewMs)
    throw clock(`the provider's clock is ${minutes(issuedAt - now)} ahead of the one of this server`);
  if (issuedAt + longestLifeMs <= now - skewMs) throw late(now, issuedAt);
}

function checkPeriod(limits: Element, now: number, issuedAt: number): void {
  const [from, until] = ["NotBefore", "NotOnOrAfter"].map((name) => {
    const said = attributeOf(limits, name);
    return said === undefined ? null : moment(said, name);
  });
  if (typeof from === "number" && from > now + skewMs)
    throw clock(`the assertion is not valid before ${minutes(from - now)} from now: the provider's clock is ahead`);
  if (typeof until === "number" && until <= now - skewMs) throw late(now, issuedAt);
}

const late = (now: number, issuedAt: number) =>
  clock(
    `the assertion has expired: by the provider's clock it was made ${minutes(now - issuedAt)} ago. It came late, or that clock is behind the one of this server`,
  );

const clock = (message: string) => new ProviderFailure("clock", message);

/** Parses a time in XML. It must have a time zone: without one, it would be a different time on each server. */
function moment(said: string | undefined, name: string): number {
  const isPlain = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(said ?? "");
  const at = isPlain ? Date.parse(said ?? "") : Number.NaN;
  if (Number.isNaN(at)) throw unusable(`the assertion has no usable ${name}`);
  return at;
}
