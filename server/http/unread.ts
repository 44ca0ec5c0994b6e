import type { ServerResponse } from "node:http";

/**
 * Cuts the connection of a client that has stopped reading its answer: nothing of what waits to be sent was taken for so many milliseconds. A
 * connection on which nothing waits is left alone however long it takes for there to be something.
 */
export function cutUnread(response: ServerResponse, ms: number): void {
  // Node's timer of a socket begins anew whenever a part of what waits has been taken.
  response.setTimeout(ms, () => {
    if (response.socket && response.socket.writableLength > 0) response.socket.destroy();
  });
}
