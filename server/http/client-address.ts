import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";

/**
 * Returns the address a request came from. Of `X-Forwarded-For` only as much is believed as there are proxies of ours in front:
 * with n of them, the n-th entry from the right, whatever it is. Whatever a client wrote there itself stands further left.
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

/** The plain address of a connection's other end, on which many requests come. */
const peers = new WeakMap<Socket, string>();

function peerOf(socket: Socket): string {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer = plain(socket.remoteAddress ?? "");
    peers.set(socket, peer);
  }
  return peer;
}

/** Returns an address without what proxies put around it: a port, brackets, a zone, IPv4 written as IPv6. */
function plain(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^\[([^\]]*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=\d+\.)/, "");
}
