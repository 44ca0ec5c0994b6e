import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { createMiddleware } from "hono/factory";
import { discard } from "@/server/platform/http-body";
import { longestBody } from "../calls/body";
import type { GatewayEnv } from "./authenticate";

/** How long the rest of an unwanted body is read and discarded, in milliseconds. */
const discardMs = 1_000;
/** How long a connection is still read after its last answer, in milliseconds. */
const lingerMs = 2_000;

/** Reads the rest of a request's body before its error is sent (`discardUnread`). */
export const readOff = createMiddleware<GatewayEnv>(async (c, next) => {
  await next();
  const { incoming, outgoing } = c.env;
  if (c.res.status >= 400 && !outgoing.headersSent) await discardUnread(incoming, outgoing);
});

/**
 * Handles the body of a request that is refused before it was read. A client that sends everything before it reads
 * still gets the answer; a connection on which too much is still to come is closed.
 */
export async function discardUnread(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.complete) return;
  await discard(incoming, longestBody(), discardMs);
  if (incoming.complete) return;
  outgoing.setHeader("Connection", "close");
  linger(incoming.socket);
}

/**
 * Keeps reading a connection for a moment after Node has ended it on this side. If it were closed with unread bytes
 * of the client, it would be reset and the client would lose the answer.
 */
function linger(socket: Socket): void {
  const { destroySoon } = socket;
  socket.destroySoon = () => {
    socket.destroySoon = destroySoon;
    socket.end();
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once("close", () => clearTimeout(timer));
  };
}
