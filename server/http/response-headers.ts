import type { ServerResponse } from "node:http";

/** Returns the headers of every response. */
export function baseHeaders({ isSecure, hsts }: { isSecure: boolean; hsts: string }): Record<string, string> {
  return {
    "X-Content-Type-Options": "nosniff",
    // Sends the origin and never the path, because paths can contain tokens. With plain "no-referrer" browsers would
    // also send "Origin: null" with forms of such a page, which could not be told from another site's.
    "Referrer-Policy": "strict-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    ...(isSecure ? { "Strict-Transport-Security": hsts } : {}),
  };
}

/**
 * Returns the content policy of a page: only our own files may load, and only scripts with this response's nonce, and
 * what those load, may run. In development it adds what React's refresh needs.
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
    // Signing in with a provider also begins with a form: its answer is a page of ours that continues to the provider.
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isSecure ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

/** The cache policy of a route whose address contains the hash of its content. Next never sets it by itself. */
const keptByItsReader = /^private, max-age=\d+, immutable$/;

/**
 * Marks a response as private to one person. Next sets its own cache policy when it writes; that is removed, unless it
 * only lets the person's browser keep unchanging content. A route's own content policy or frame option replaces the
 * common one; Next would add it as a second header.
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
  // Next writes a route's own headers only if they are not set: so these are hidden from it.
  response.getHeader = (name) =>
    /^(cache-control|content-security-policy|x-frame-options)$/i.test(name)
      ? undefined
      : getHeader.call(response, name);
}

const endedSession = /^(?:__Host-|__Secure-)?atelier\.session=(?:;|$)/;

/**
 * Adds `Clear-Site-Data` to a response that removes the session's cookie, so that the browser deletes its cached pages
 * after any kind of sign-out. Other cookies stay: the theme, and the mark that recognises the browser.
 */
function clearSiteAtSignOut(response: ServerResponse, cookies: string[]): void {
  if (cookies.some((cookie) => endedSession.test(cookie))) response.setHeader("Clear-Site-Data", '"cache", "storage"');
}
