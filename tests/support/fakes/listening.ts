import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Has a server of a test listen on a port of this machine, and returns its origin. It keeps connections longer than clients do, so
 * that none is closed under a request when the machine has paused.
 */
export async function listen(server: Server, port = 0): Promise<string> {
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends a server and every connection to it. */
export function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
