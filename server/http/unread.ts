import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Has a server cut the connection of a client that has stopped reading its answer: nothing of what waits to be sent was taken for so many milliseconds. A
 * connection on which nothing waits is left alone however long it takes for there to be something; one without a request ends as Node ends it.
 */
export function cutUnread(server: Server, ms: number): void {
  const answers = new WeakMap<Socket, ServerResponse>();
  // Node's timer of a socket begins anew whenever a part of what waits has been taken.
  server.timeout = ms;
  server.on("request", ({ socket }: IncomingMessage, response) => answers.set(socket, response));
  server.on("timeout", (socket) => {
    const answer = answers.get(socket);
    if (!answer || answer.writableFinished || socket.writableLength > 0) socket.destroy();
  });
}
