import type { IncomingHttpHeaders } from "node:http";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Checks whether a request was sent to this instance: `ours` when its Host is that of `appUrl`; `alias` when both are names
 * of this machine with the same port, as a person may type either; `foreign` otherwise, and then nothing is answered,
 * so that no link and no cookie is ever made for a name that an attacker chose.
 */
export function classifyHost(host: string | undefined, appUrl: string): "ours" | "alias" | "foreign" {
  const own = new URL(appUrl);
  if (!host) return "foreign";
  if (host.toLowerCase() === own.host) return "ours";
  const match = /^(\[[0-9a-f:]+\]|[^:]+)(?::(\d+))?$/i.exec(host);
  const isAlias =
    match?.[1] &&
    loopback.has(match[1].toLowerCase()) &&
    loopback.has(own.hostname) &&
    (match[2] ?? "80") === (own.port || "80");
  return isAlias ? "alias" : "foreign";
}

/**
 * Checks whether a request comes from elsewhere by its nature: a browser brings the signed answer of a SAML provider with a form of that provider's page,
 * and a provider says, by its server or a browser, that a person has signed out there. What takes them trusts the signature alone and no cookie, and signs no
 * person in: after a SAML answer that is done by the request that follows, from a page of ours.
 */
export function isFromElsewhere(method: string, path: string): boolean {
  return method === "POST" && /^\/api\/auth\/(saml\/[a-z0-9-]{1,40}\/(acs|logout)|logout\/[a-z0-9-]{1,40})$/.test(path);
}

/**
 * Checks whether a request that may change something comes from our own pages. A browser says so with Origin, or, when a
 * privacy setting drops that, with Sec-Fetch-Site; `null` is what sandboxes and redirects send, and is foreign.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, appUrl: string): boolean {
  const { origin } = headers;
  if (origin !== undefined) return origin === new URL(appUrl).origin;
  return headers["sec-fetch-site"] === "same-origin";
}
