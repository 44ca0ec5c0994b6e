import type { IncomingMessage } from "node:http";

/**
 * The address a request came from. Of `X-Forwarded-For` only as much is believed as there are proxies of ours in front:
 * with n of them, the n-th entry from the right. Whatever a client wrote there itself stands further left.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const peer = plain(request.socket.remoteAddress ?? "");
  if (trustedProxies === 0) return peer;
  const hops = String(request.headers["x-forwarded-for"] ?? "")
    .split(",")
    .map((hop) => plain(hop.trim()))
    .filter(isAddress);
  return hops.at(-trustedProxies) ?? peer;
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").toLowerCase();
}

function isAddress(text: string): boolean {
  return /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]+)$/.test(text);
}
