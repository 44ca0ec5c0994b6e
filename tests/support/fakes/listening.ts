import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Makes a test's server listen on a port of this machine, and returns its origin. The server keeps idle connections longer than clients do, so
 * that it does not close one while a request is sent, even after a pause of the machine.
 */
export async function listen(server: Server, port = 0): Promise<string> {
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Closes a server and all connections to it. */
export function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
