import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";

/**
 * Returns the client address of a request. Of `X-Forwarded-For` only as many entries are trusted as there are proxies
 * of ours: with n proxies, the n-th entry from the right counts. Entries that a client wrote are further left.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const peer = peerOf(request.socket);
  if (trustedProxies === 0) return peer;
  const hop = plain(
    String(request.headers["x-forwarded-for"] ?? "")
      .split(",")
      .at(-trustedProxies) ?? "",
  );
  return isIP(hop) ? hop : peer;
}

/** The plain address of a connection's peer, cached because many requests come over one connection. */
const peers = new WeakMap<Socket, string>();

function peerOf(socket: Socket): string {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer = plain(socket.remoteAddress ?? "");
    peers.set(socket, peer);
  }
  return peer;
}

/** Returns an address without a port, brackets, a zone, or the IPv6 form of an IPv4 address, which proxies add. */
function plain(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^\[([^\]]*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=\d+\.)/, "");
}
