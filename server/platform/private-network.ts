import { isIPv4 } from "node:net";

/** Checks whether a URL is on this machine. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}

/**
 * Checks whether a URL is on this machine or, judged by its host name, on a private network. Only there is http
 * accepted.
 */
export function isPrivate(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  if (isIPv4(hostname)) return /^(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(hostname);
  if (hostname.startsWith("[")) return hostname === "[::1]" || /^\[f[cd]/.test(hostname);
  return isLoopback(url) || !hostname.includes(".") || /\.(local|internal|lan|home\.arpa|test)$/.test(hostname);
}

/**
 * Checks whether secrets may be sent to a URL: with https anywhere, with http only to this machine or a private
 * network.
 */
export function isProtected(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && isPrivate(url));
}
