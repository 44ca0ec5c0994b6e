import type { IncomingHttpHeaders } from "node:http";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Checks whether a request was sent to this instance: `ours` when its Host is that of `appUrl`; `alias` when both are
 * names of this machine with the same port, since a person may type either; `foreign` otherwise. A foreign request is
 * not answered, so that no link and no cookie is ever made for a host name that an attacker chose.
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
 * Checks whether a request legitimately comes from another site: a browser posts the signed answer of a SAML provider
 * from that provider's page, and a provider reports a logout, from its server or by a browser. The handlers of these
 * trust only the signature and no cookie, and sign no person in: after a SAML answer, the next request from a page of
 * ours does that.
 */
export function isFromElsewhere(method: string, path: string): boolean {
  return method === "POST" && /^\/api\/auth\/(saml\/[a-z0-9-]{1,40}\/(acs|logout)|logout\/[a-z0-9-]{1,40})$/.test(path);
}

/**
 * Checks whether a request that may change something comes from our own pages. Browsers say so with Origin or, when a
 * privacy setting removes that, with Sec-Fetch-Site. Sandboxes and redirects send `null`, which counts as foreign.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, appUrl: string): boolean {
  const { origin } = headers;
  if (origin !== undefined) return origin === new URL(appUrl).origin;
  return headers["sec-fetch-site"] === "same-origin";
}
