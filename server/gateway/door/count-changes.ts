import { createMiddleware } from "hono/factory";
import { database } from "@/db/client";
import { limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { Refusal } from "../errors/errors";
import type { GatewayEnv } from "./authenticate";

/** What costs what it uses and leaves no row in the audit log: spending and the limits per minute bound it. */
const metered = new Set(["/v1/chat/completions", "/v1/embeddings"]);

/**
 * Holds what programs change to a limit for the person whose key it is: each change leaves a row in the audit log. Counted
 * whatever its outcome. A new route is held to it without being named here.
 */
export const countChanges = createMiddleware<GatewayEnv>(async (c, next) => {
  if (c.req.method === "GET" || c.req.method === "HEAD" || metered.has(c.req.path)) return next();
  const { memberId, keyId } = c.get("bearer");
  const seconds = await take(database(), limits.apiChangesPerHolder, memberId ?? keyId);
  if (seconds === 0) return next();
  throw new Refusal({
    status: 429,
    message: `Too many changes by this key's owner. Try again in ${seconds} seconds.`,
    type: "rate_limit_error",
    code: "too_many_changes",
    retryAfter: seconds,
  });
});
