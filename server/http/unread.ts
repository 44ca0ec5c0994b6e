import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Makes a server close the connection of a client that has stopped reading its response: nothing that waits to be sent
 * was taken for this many milliseconds. A connection on which nothing waits is left open, however long; one without a
 * request is closed by Node's own timeouts.
 */
export function cutUnread(server: Server, ms: number): void {
  const answers = new WeakMap<Socket, ServerResponse>();
  // Node restarts the timer of a socket whenever a part of the waiting bytes was taken.
  server.timeout = ms;
  server.on("request", ({ socket }: IncomingMessage, response) => answers.set(socket, response));
  server.on("timeout", (socket) => {
    const answer = answers.get(socket);
    if (!answer || answer.writableFinished || socket.writableLength > 0) socket.destroy();
  });
}
