import providers from "email-providers";
import { parse } from "tldts";

/** Mail forwarders that the package's list does not have: every person can get an address there. */
const forwarders = [
  "duck.com",
  "mozmail.com",
  "passinbox.com",
  "passmail.net",
  "privaterelay.appleid.com",
  "simplelogin.com",
  "slmail.me",
  "users.noreply.github.com",
  "noreply.github.com",
];

const publicProviders = new Set<string>([...providers, ...forwarders]);

/**
 * Returns why a domain cannot be used for joining, or null when it can: a public suffix, a mail provider's domain, or a
 * name below one of these does not belong to an organization.
 */
export function unacceptable(domain: string): "domain_public_suffix" | "domain_consumer" | null {
  const { domain: registrable, publicSuffix, isIcann, isPrivate } = parse(domain, { allowPrivateDomains: true });
  if (!registrable || domain === publicSuffix || !(isIcann || isPrivate)) return "domain_public_suffix";
  return publicProviders.has(domain) || publicProviders.has(registrable) ? "domain_consumer" : null;
}
