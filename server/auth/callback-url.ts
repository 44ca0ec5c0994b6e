const base = "http://atelier.invalid";

/**
 * Returns where to go after signing in: a path on this site, or `/` for anything else. Browsers read `\` as `/`, drop
 * tabs and line ends, and take `//host` for another site, so the result is the path as the URL parser reads it, not the
 * text that was sent.
 */
export function safePath(wanted: unknown): string {
  if (typeof wanted !== "string" || wanted.length > 2_000 || !/^\/(?![/\\])/.test(wanted) || /[\p{Cc}\\]/u.test(wanted))
    return "/";
  try {
    const url = new URL(wanted, base);
    const path = url.pathname + url.search + url.hash;
    return url.origin === base && !path.startsWith("//") ? path : "/";
  } catch {
    return "/";
  }
}
