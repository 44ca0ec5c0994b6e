import type { ServerResponse } from "node:http";

/** Returns what every answer carries, whatever it is. */
export function baseHeaders({ isSecure, hsts }: { isSecure: boolean; hsts: string }): Record<string, string> {
  return {
    "X-Content-Type-Options": "nosniff",
    // The origin and never the path: tokens are in paths here. With plain "no-referrer" browsers also send
    // "Origin: null" with the forms of such a page, and those could not be told from a foreign site's.
    "Referrer-Policy": "strict-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    ...(isSecure ? { "Strict-Transport-Security": hsts } : {}),
  };
}

/**
 * Returns what a page may load and run: our own files, and of scripts only those that carry this answer's nonce and what those
 * load themselves. Development adds what React's refresh needs.
 */
export function contentSecurityPolicy(
  nonce: string,
  { isSecure, isDev }: { isSecure: boolean; isDev: boolean },
): string {
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ""}`,
    isDev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDev ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    // Signing in with a provider is a form too: its answer is a page here that goes on there by itself.
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isSecure ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

/** What a route asks for whose address has the hash of what it answers: Next asks for no such thing by itself. */
const keptByItsReader = /^private, max-age=\d+, immutable$/;

/**
 * Marks an answer as one person's, and keeps it so: Next sets a cache policy of its own when it writes, and that is
 * dropped, unless it lets that person's browser alone keep what never changes. A route's own content policy or frame option
 * takes the place of the common one; Next would add it as a second.
 */
export function keepPolicies(response: ServerResponse): void {
  const { setHeader, getHeader, appendHeader } = response;
  setHeader.call(response, "Cache-Control", "private, no-store");
  response.setHeader = (name, value) => {
    const last = Array.isArray(value) ? value.at(-1) : String(value);
    if (/^cache-control$/i.test(name))
      return keptByItsReader.test(last ?? "") ? setHeader.call(response, name, last ?? "") : response;
    if (/^set-cookie$/i.test(name)) clearSiteAtSignOut(response, [value].flat().map(String));
    const isPolicy = /^(content-security-policy|x-frame-options)$/i.test(name);
    return setHeader.call(response, name, isPolicy ? (last ?? "") : value);
  };
  response.appendHeader = (name, value) => {
    if (/^set-cookie$/i.test(name)) clearSiteAtSignOut(response, [value].flat());
    return appendHeader.call(response, name, value);
  };
  // Next writes of a route's own headers only those that are not there yet: of these it must not know that they are.
  response.getHeader = (name) =>
    /^(cache-control|content-security-policy|x-frame-options)$/i.test(name)
      ? undefined
      : getHeader.call(response, name);
}

const endedSession = /^(?:__Host-|__Secure-)?atelier\.session=(?:;|$)/;

/**
 * Adds `Clear-Site-Data` to an answer that takes the session's cookie away, whichever way the session ended, so that the
 * browser forgets the pages it has seen. Other cookies stay: the theme, and the mark by which a browser is known.
 */
function clearSiteAtSignOut(response: ServerResponse, cookies: string[]): void {
  if (cookies.some((cookie) => endedSession.test(cookie))) response.setHeader("Clear-Site-Data", '"cache", "storage"');
}
