import { createMiddleware } from "hono/factory";
import { discard } from "@/server/platform/http-body";
import { longestBody } from "../calls/body";
import type { GatewayEnv } from "./authenticate";

/** How long the rest of a body that is not wanted is read and thrown away, in milliseconds. */
const discardMs = 1_000;

/**
 * Deals with the body of a request that is refused before it was read: a client that sends everything before it reads still gets the
 * answer, and a connection on which more is to come is closed.
 */
export const readOff = createMiddleware<GatewayEnv>(async (c, next) => {
  await next();
  const { incoming, outgoing } = c.env ?? {};
  if (c.res.status < 400 || !incoming || !outgoing || outgoing.headersSent || incoming.complete) return;
  await discard(incoming, longestBody(), discardMs);
  if (!incoming.complete) outgoing.setHeader("Connection", "close");
});
