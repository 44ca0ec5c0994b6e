import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { createMiddleware } from "hono/factory";
import { discard } from "@/server/platform/http-body";
import { longestBody } from "../calls/body";
import type { GatewayEnv } from "./authenticate";

/** How long the rest of a body that is not wanted is read and thrown away, in milliseconds. */
const discardMs = 1_000;
/** How long a connection is still read after its last answer. */
const lingerMs = 2_000;

/** Has what is left of a request's body read before its error is sent (`discardUnread`). */
export const readOff = createMiddleware<GatewayEnv>(async (c, next) => {
  await next();
  const { incoming, outgoing } = c.env;
  if (c.res.status >= 400 && !outgoing.headersSent) await discardUnread(incoming, outgoing);
});

/**
 * Deals with the body of a request that is refused before it was read: a client that sends everything before it reads still gets the
 * answer, and a connection on which more is to come is closed.
 */
export async function discardUnread(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.complete) return;
  await discard(incoming, longestBody(), discardMs);
  if (incoming.complete) return;
  outgoing.setHeader("Connection", "close");
  linger(incoming.socket);
}

/**
 * Has a connection that Node ends after an answer read on for a moment once it is ended on this side: closed at once, with bytes of the client's
 * unread, it would be reset, and the client would lose the answer.
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
